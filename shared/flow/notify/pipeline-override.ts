import { isStageEvent, type PipelineEvent } from "../../domain/event.ts";
import { nearestIn } from "../../domain/nearest.ts";
import type { PipelineOverride } from "../../domain/pipeline-override.ts";
import type { Tenant } from "../../domain/scope.ts";
import { reaches } from "../../domain/severity.ts";
import type { RoutingConfig } from "../ports.ts";

/** The override of an event's pipeline: the nearest upwards that does not hand on to the one above it. */
export const findOverride = (
  { scope, pipeline }: Pick<PipelineEvent, "scope" | "pipeline">,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): PipelineOverride | undefined =>
  pipeline === undefined
    ? undefined
    : nearestIn(scope, configs, (config, at) => {
        const found = config.overrideAt(at, pipeline.id);
        return found?.mode === "inherit" ? undefined : found;
      });

/** Whether an override's own recipients are told of an event that no rule matches. */
export const reachesByItself = (
  { mode, recipients, minSeverity = "success" }: PipelineOverride,
  event: PipelineEvent,
): boolean =>
  mode === "custom" && recipients !== undefined && isAboutWholePipeline(event) && reaches(event.severity, minSeverity);

const isAboutWholePipeline = (event: PipelineEvent): boolean => !isStageEvent(event) && !event.type.startsWith("Step");

/** What an override did, as a sentence; undefined when it changed nothing that rules do not say themselves. */
export const explainOverride = (override: PipelineOverride | undefined): string | undefined => {
  if (override === undefined) return undefined;
  const name = `Override ${override.scope}/${override.id}`;
  if (override.mode === "muted") return `${name} mutes the pipeline; nobody was mailed.`;
  return override.recipients === undefined ? undefined : `${name} names the recipients.`;
};
