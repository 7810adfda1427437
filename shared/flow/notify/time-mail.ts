import { type Digest, type DigestRule, digestOf } from "../../domain/digest.ts";
import type { PipelineEvent } from "../../domain/event.ts";
import type { RecipientVerdict } from "../../domain/event-record.ts";
import { quietUntil } from "../../domain/quiet-hours.ts";
import type { QuietHours, Rule } from "../../domain/rule.ts";
import { reaches } from "../../domain/severity.ts";

/** When a mail goes out: at once, when something that holds it is over (ISO-8601), or with others in a digest. */
export type Timing =
  | { readonly kind: "now" }
  | { readonly kind: "later"; readonly dueAt: string }
  | { readonly kind: "digest"; readonly digest: Digest };

const NOW: Timing = { kind: "now" };

/**
 * When the mail about an event goes to somebody whom these rules name. The most urgent rule decides: one that mails at
 * once, else one whose quiet hours end first, else the first one with a digest.
 * @param receivedAt when the event was first received, ISO-8601: a redelivery comes to the same answer.
 */
export const timingOf = (rules: readonly Rule[], event: PipelineEvent, receivedAt: string): Timing =>
  rules.map((rule) => timingByRule(rule, event, receivedAt)).reduce(moreUrgent, undefined) ?? NOW;

const timingByRule = (rule: Rule, event: PipelineEvent, receivedAt: string): Timing => {
  const quietHours = holds(rule.quietHours, event) ? rule.quietHours : undefined;
  if (hasDigest(rule)) return { kind: "digest", digest: digestOf(rule, event, quietHours, receivedAt) };
  const end = quietHours && quietUntil(quietHours, new Date(receivedAt));
  return end === undefined ? NOW : { kind: "later", dueAt: end.toISOString() };
};

const hasDigest = (rule: Rule): rule is DigestRule => rule.digest !== undefined;

const holds = (quietHours: QuietHours | undefined, { severity }: PipelineEvent): boolean =>
  quietHours?.except === undefined || !reaches(severity, quietHours.except);

const URGENCY = ["now", "later", "digest"] as const satisfies readonly Timing["kind"][];

const moreUrgent = (best: Timing | undefined, one: Timing): Timing => {
  if (best === undefined) return one;
  if (best.kind === "later" && one.kind === "later") return one.dueAt < best.dueAt ? one : best;
  return URGENCY.indexOf(one.kind) < URGENCY.indexOf(best.kind) ? one : best;
};

/** What an event's record says of a mail with this timing. */
export const plannedOutcome = (timing: Timing): Pick<RecipientVerdict, "outcome" | "dueAt"> => {
  switch (timing.kind) {
    case "now":
      return { outcome: "queued" };
    case "later":
      return { outcome: "held-for-quiet-hours", dueAt: timing.dueAt };
    case "digest":
      return { outcome: "in-digest", dueAt: timing.digest.dueAt };
  }
};
