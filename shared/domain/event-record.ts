import type { EmailAddress } from "./address.ts";
import type { Scope } from "./scope.ts";
import type { Severity } from "./severity.ts";

/** Whether a rule matched an event, and the sentence that says why. */
export interface RuleVerdict {
  readonly id: string;
  readonly scope: Scope;
  readonly matched: boolean;
  readonly reason: string;
}

/**
 * What became of a recipient. The first three lead to a mail: at once, after quiet hours, or with others in a digest.
 * The rest say why there is none.
 */
export const RECIPIENT_OUTCOMES = [
  "queued",
  "held-for-quiet-hours",
  "in-digest",
  /** No rule that names them matched. */
  "no-rule-matched",
  /** The override of the pipeline names others in their place, or mutes it. */
  "overridden",
  /** Every group through which they came in asks for a higher severity. */
  "below-group-severity",
  /** The group mails its aliases only. */
  "member-not-notified",
  "domain-not-allowed",
  /** On the tenant's suppression list. */
  "suppressed",
  /** Wants no more mails of the tenant's rules, and has said so by the link in one. */
  "unsubscribed",
  /** Stored, but no e-mail address (any more). */
  "not-an-address",
  /** The event has more recipients than one event may have. */
  "too-many-recipients",
] as const;

/** One of {@link RECIPIENT_OUTCOMES}. */
export type RecipientOutcome = (typeof RECIPIENT_OUTCOMES)[number];

/** Somebody an event reached, or did not, and every way they came into its audience. */
export interface RecipientVerdict {
  /** An address; or, for `not-an-address`, what stands in its place. */
  readonly address: EmailAddress | string;
  /** `rule acme/on-failure`, `group acme/oncall (rule acme/on-failure)` ... */
  readonly via: readonly string[];
  readonly outcome: RecipientOutcome;
  /** The mail; of a digest, all its events share it. */
  readonly deliveryId?: string | undefined;
  /** When a mail that waits is due, ISO-8601. */
  readonly dueAt?: string | undefined;
}

/** What can become of an event when it is taken in. */
export const EVENT_STATUSES = ["routed", "duplicate", "conflict", "refused"] as const;

/** One of {@link EVENT_STATUSES}. */
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** The answer to "why did I (not) get this mail?". */
export interface EventRecord {
  readonly id: string;
  readonly scope: Scope;
  readonly type: string | null;
  readonly severity: Severity | null;
  readonly status: EventStatus;
  readonly reason: string;
  readonly rules: readonly RuleVerdict[];
  readonly recipients: readonly RecipientVerdict[];
  readonly receivedAt: string;
}
