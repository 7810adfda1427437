import * as z from "zod/mini";
import { explainRecipientDomain, parseRecipientDomain } from "../../domain/recipient-domain.ts";
import { name } from "./fields.ts";

/** Most domains that a tenant's list names. */
const MAX_DOMAINS = 100;

const recipientDomain = z.pipe(
  z.string(),
  z.transform((input, context): string => {
    const parsed = parseRecipientDomain(input);
    if (parsed !== undefined) return parsed;
    const message = explainRecipientDomain(input) ?? "must be a domain";
    context.issues.push({ code: "custom", message, input });
    return z.NEVER;
  }),
);

/** What an administrator says of a scope; without a name it is called like its path. */
export const scopeBody = z.strictObject({
  name: z.optional(name),
  recipientDomains: z.optional(
    z.pipe(
      z.array(recipientDomain).check(z.maxLength(MAX_DOMAINS)),
      z.transform((domains) => [...new Set(domains)]),
    ),
  ),
});
