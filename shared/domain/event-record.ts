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

/** Somebody an event reached, or did not, and every way they came into its audience. */
export interface RecipientVerdict {
  readonly address: EmailAddress;
  /** `rule acme/on-failure`, `group acme/oncall` ... */
  readonly via: readonly string[];
  /** `queued`, or why there is no mail. */
  readonly outcome: string;
  readonly deliveryId?: string | undefined;
}

/** What became of an event when it was taken in. */
export type EventStatus = "routed" | "duplicate" | "conflict" | "refused";

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
