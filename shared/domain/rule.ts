import type { EmailAddress } from "./address.ts";
import type { Scope } from "./scope.ts";
import type { Severity } from "./severity.ts";

/** Who a rule mails. */
export interface RuleRecipients {
  readonly emails: readonly EmailAddress[];
  /** Group references: `oncall` is the nearest group of that id upwards, `acme:oncall` that scope's own. */
  readonly groups: readonly string[];
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
  readonly recipients: RuleRecipients;
}
