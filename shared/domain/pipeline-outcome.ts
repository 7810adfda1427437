import type { PipelineEvent } from "./event.ts";

/** How a run of a pipeline, or of one of its stages, ended. */
export type PipelineOutcome = "succeeded" | "failed";

const OUTCOMES: Readonly<Record<string, PipelineOutcome>> = {
  PipelineSuccess: "succeeded",
  PipelineFailed: "failed",
  StageSuccess: "succeeded",
  StageFailed: "failed",
};

/** How what the event is about ended; undefined for events that tell no end, and for those of no pipeline. */
export const outcomeOf = (event: Pick<PipelineEvent, "type" | "pipeline">): PipelineOutcome | undefined =>
  event.pipeline !== undefined && Object.hasOwn(OUTCOMES, event.type) ? OUTCOMES[event.type] : undefined;
