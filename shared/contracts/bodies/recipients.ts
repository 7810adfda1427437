import * as z from "zod/mini";
import type { RuleRecipients } from "../../domain/rule.ts";
import { explainScope } from "../../domain/scope.ts";
import { addressListOrText, ID_FORM, MAX_ENTRIES } from "./fields.ts";

const explainReference = (reference: string): string | undefined => {
  const [id = "", scope, ...rest] = reference.split(":").toReversed();
  if (!ID_FORM.test(id) || rest.length > 0) return 'must be a group id such as "oncall", or "scope:id"';
  const problem = scope === undefined ? undefined : explainScope(scope);
  return problem === undefined ? undefined : `the part before the ":" ${problem}`;
};

const groupReference = z.string().check(
  z.superRefine((reference, context) => {
    const problem = explainReference(reference);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  }),
);

/** Whom a rule or an override mails. */
export const recipientsBody: z.ZodMiniType<RuleRecipients> = z
  .strictObject({
    emails: z._default(addressListOrText, []),
    groups: z._default(z.array(groupReference).check(z.maxLength(MAX_ENTRIES)), []),
    triggeredBy: z.optional(z.boolean()),
  })
  .check(
    z.refine(({ emails, groups, triggeredBy }) => emails.length + groups.length > 0 || triggeredBy === true, {
      error: "must name somebody: an address in emails, a group in groups, or triggeredBy",
    }),
  );
