import * as z from "zod/mini";
import { EVENT_TYPE_FORM } from "../../domain/event.ts";
import { OUTCOME_CONDITIONS, type Rule } from "../../domain/rule.ts";
import { SEVERITIES } from "../../domain/severity.ts";
import { MAX_ID_LENGTH } from "../pipeline-event.ts";
import { digestBody, quietHoursBody } from "./digest.ts";
import { eventPattern } from "./event-pattern.ts";
import { ID_FORM, ID_RULE, line, MAX_ENTRIES, name } from "./fields.ts";
import { instant } from "./instant.ts";
import { recipientsBody } from "./recipients.ts";

/** A rule without its place. */
export type RuleDraft = Omit<Rule, "id" | "scope">;

/** An event type, or the pieces of one around wildcards. */
const WILDCARD_FORM = /^[A-Za-z0-9*]{1,64}$/;

const eventName = z.string().check(
  z.refine((text) => EVENT_TYPE_FORM.test(text) || (text.includes("*") && WILDCARD_FORM.test(text)), {
    error: 'must be an event type such as "PipelineFailed", or a pattern such as "Stage*" or "*"',
  }),
);

/** Ids or names of something in an event, as long as those in events may be. */
const names = (maxLength: number) => z.array(line(maxLength)).check(z.minLength(1), z.maxLength(MAX_ENTRIES));

const mute = z.strictObject({ until: instant, reason: z.optional(line(300)) });

/** Which events go to whom. */
export const ruleBody: z.ZodMiniType<RuleDraft> = z.strictObject({
  name,
  enabled: z._default(z.boolean(), true),
  events: z.array(eventName).check(z.minLength(1), z.maxLength(MAX_ENTRIES)),
  stages: z._default(z.union([z.literal("all"), names(MAX_ID_LENGTH)]), "all"),
  minSeverity: z.optional(z.enum(SEVERITIES)),
  pipelines: z.optional(names(MAX_ID_LENGTH)),
  branches: z.optional(names(1024)),
  filter: z.optional(eventPattern),
  when: z.optional(z.enum(OUTCOME_CONDITIONS)),
  recipients: recipientsBody,
  template: z.optional(z.string().check(z.regex(ID_FORM, ID_RULE))),
  digest: z.optional(digestBody),
  quietHours: z.optional(quietHoursBody),
  mute: z.optional(mute),
});
