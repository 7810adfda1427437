import type { RuleRecipients } from "./rule.ts";
import type { Scope } from "./scope.ts";
import type { Severity } from "./severity.ts";

/** What an override does: nothing, replace parts of what the rules say, or silence the pipeline. */
export const OVERRIDE_MODES = ["inherit", "custom", "muted"] as const;

/** One of {@link OVERRIDE_MODES}. */
export type OverrideMode = (typeof OVERRIDE_MODES)[number];

/**
 * What holds for one pipeline instead of what the rules say. With `inherit` the other fields are kept and not used; a
 * `custom` override without fields changes nothing, which is not the same as `muted`.
 */
export interface PipelineOverride {
  /** The pipeline's id, as its events have it. */
  readonly id: string;
  readonly scope: Scope;
  readonly mode: OverrideMode;
  /** Takes the place of the rules' own thresholds. */
  readonly minSeverity?: Severity | undefined;
  /** Take the place of the rules' recipients. */
  readonly recipients?: RuleRecipients | undefined;
}
