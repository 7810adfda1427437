import type { PipelineEvent } from "../../domain/event.ts";
import { outcomeOf, type PipelineOutcome } from "../../domain/pipeline-outcome.ts";
import type { OutcomeCondition } from "../../domain/rule.ts";

/**
 * Why an event is none of the outcomes that a rule asks for, as a sentence; undefined when it is one. The first outcome
 * that is known counts as a change when it is a failure: nobody has to be told that what always worked works.
 * @param before how the run before ended; undefined: not known.
 */
export const explainOutcome = (
  event: PipelineEvent,
  before: PipelineOutcome | undefined,
  condition: OutcomeCondition = "always",
): string | undefined => {
  if (condition === "always") return undefined;
  const outcome = outcomeOf(event);
  if (outcome === undefined)
    return `${event.type} tells no outcome of a pipeline, and the rule asks for ${condition} ones.`;
  if (outcome === "failed" && condition === "failed-and-recovered") return undefined;
  if (outcome !== (before ?? "succeeded")) return undefined;
  return before === undefined
    ? "It succeeded, and no failure before it is known."
    : `It ${outcome}, as the time before, and the rule asks for ${condition} outcomes.`;
};
