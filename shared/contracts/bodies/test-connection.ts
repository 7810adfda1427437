import * as z from "zod/mini";
import { OAUTH_SECRET_KINDS } from "../../domain/mail-settings.ts";
import { type CredentialsDraft, credentialsBody } from "./credentials.ts";
import { address, line } from "./fields.ts";
import { mailSettingsBody } from "./mail-settings.ts";

/** Secrets that lead to a mailbox only by way of the issuer, and so only once they are stored. */
const refuseUntestable = (given: CredentialsDraft, context: z.core.$RefinementCtx<CredentialsDraft>): void => {
  for (const kind of OAUTH_SECRET_KINDS.filter((one) => given[one] !== undefined)) {
    const message = "cannot be tested before it is stored: PUT it to mail-settings/credentials, then test";
    context.addIssue({ code: "custom", message, path: [kind] });
  }
};

/** What to test: the settings in force, or settings and secrets that are not saved yet; and whom to send the mail. */
export const testConnectionBody = z.strictObject({
  to: address,
  subject: z.optional(line(120)),
  body: z.optional(z.string().check(z.maxLength(4_000))),
  settings: z.optional(mailSettingsBody),
  credentials: z.optional(credentialsBody.check(z.superRefine(refuseUntestable))),
});

/** See {@link testConnectionBody}. */
export type TestConnection = z.infer<typeof testConnectionBody>;
