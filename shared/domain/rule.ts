import type { EmailAddress } from "./address.ts";
import type { Scope } from "./scope.ts";
import type { Severity } from "./severity.ts";

/** Who a rule mails. */
export interface RuleRecipients {
  readonly emails: readonly EmailAddress[];
  /** Group references: `oncall` is the nearest group of that id upwards, `acme:oncall` that scope's own. */
  readonly groups: readonly string[];
  /** Whether whoever started the run is mailed too. */
  readonly triggeredBy?: boolean | undefined;
}

/**
 * Which outcomes of a pipeline count: every one; only one that differs from the outcome before; or every failure, and
 * the first success after one.
 */
export const OUTCOME_CONDITIONS = ["always", "changed", "failed-and-recovered"] as const;

/** One of {@link OUTCOME_CONDITIONS}. */
export type OutcomeCondition = (typeof OUTCOME_CONDITIONS)[number];

/** Several events in one mail. */
export interface DigestSettings {
  /** Length of a window as an ISO 8601 duration of hours and minutes: `PT15M`, `PT1H30M`. One minute to 24 hours. */
  readonly window: string;
  /** What shares a digest: events of one pipeline, or everything the rule matches. */
  readonly by: "pipeline" | "rule";
}

/** Hours in which mails are held until they end. */
export interface QuietHours {
  /** Local time of day, `22:00`. An interval that ends earlier than it begins goes over midnight. */
  readonly from: string;
  readonly to: string;
  /** An IANA time zone, `Europe/Berlin`. */
  readonly timezone: string;
  /** Events of this severity and above are mailed all the same. */
  readonly except?: Severity | undefined;
}

/** A rule that is silent for a while. */
export interface Mute {
  /** When it speaks again, ISO-8601. */
  readonly until: string;
  readonly reason?: string | undefined;
}

/** Which events of a scope, and of all scopes below it, go to whom. */
export interface Rule {
  readonly id: string;
  readonly scope: Scope;
  readonly name: string;
  readonly enabled: boolean;
  /** Event type names; `*` stands for any run of characters. */
  readonly events: readonly string[];
  /** Stage ids whose stage events count, or all of them. Other events do not look at it. */
  readonly stages: readonly string[] | "all";
  readonly minSeverity?: Severity | undefined;
  /** Ids of pipelines; `*` stands for any run of characters. Absent: all events, also those of no pipeline. */
  readonly pipelines?: readonly string[] | undefined;
  /** Branches, like `pipelines`. */
  readonly branches?: readonly string[] | undefined;
  /** An EventBridge pattern over the event's detail, as JSON; checked when it was saved. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
  /** Absent: `always`. */
  readonly when?: OutcomeCondition | undefined;
  readonly recipients: RuleRecipients;
  /** Id of the template its mails are made with. */
  readonly template?: string | undefined;
  readonly digest?: DigestSettings | undefined;
  readonly quietHours?: QuietHours | undefined;
  readonly mute?: Mute | undefined;
}
