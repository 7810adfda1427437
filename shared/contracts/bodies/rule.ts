import * as z from "zod/mini";
import { EVENT_TYPE_FORM } from "../../domain/event.ts";
import type { Rule } from "../../domain/rule.ts";
import { explainScope } from "../../domain/scope.ts";
import { SEVERITIES } from "../../domain/severity.ts";
import { addressListOrText, ID_FORM, line, name } from "./fields.ts";

/** A rule without its place. */
export type RuleDraft = Omit<Rule, "id" | "scope">;

/** Most entries in each list of a rule. */
const MAX_ENTRIES = 50;

/** An event type, or the pieces of one around wildcards. */
const WILDCARD_FORM = /^[A-Za-z0-9*]{1,64}$/;

const eventName = z.string().check(
  z.refine((text) => EVENT_TYPE_FORM.test(text) || (text.includes("*") && WILDCARD_FORM.test(text)), {
    error: 'must be an event type such as "PipelineFailed", or a pattern such as "Stage*" or "*"',
  }),
);

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

const recipients = z
  .strictObject({
    emails: z._default(addressListOrText, []),
    groups: z._default(z.array(groupReference).check(z.maxLength(MAX_ENTRIES)), []),
  })
  .check(
    z.refine(({ emails, groups }) => emails.length + groups.length > 0, {
      error: "must name somebody: an address in emails or a group in groups",
    }),
  );

/** Which events go to whom. */
export const ruleBody: z.ZodMiniType<RuleDraft> = z.strictObject({
  name,
  enabled: z._default(z.boolean(), true),
  events: z.array(eventName).check(z.minLength(1), z.maxLength(MAX_ENTRIES)),
  stages: z._default(
    z.union([z.literal("all"), z.array(line(256)).check(z.minLength(1), z.maxLength(MAX_ENTRIES))]),
    "all",
  ),
  minSeverity: z.optional(z.enum(SEVERITIES)),
  recipients,
});
