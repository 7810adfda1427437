import { isStageEvent, type PipelineEvent } from "../domain/event.ts";
import type { RuleVerdict } from "../domain/event-record.ts";
import type { Rule } from "../domain/rule.ts";
import { reaches } from "../domain/severity.ts";
import { matchesWildcard } from "../domain/wildcard.ts";

/** Decides for each rule whether it applies to the event. The first condition that fails gives the reason. */
export const matchRules = (event: PipelineEvent, rules: readonly Rule[]): RuleVerdict[] =>
  rules.map((rule) => {
    const obstacle = obstacleTo(event, rule);
    return {
      id: rule.id,
      scope: rule.scope,
      matched: obstacle === undefined,
      reason: obstacle ?? `${event.type} with severity ${event.severity} meets every condition.`,
    };
  });

const obstacleTo = (event: PipelineEvent, rule: Rule): string | undefined => {
  if (!rule.enabled) return "The rule is disabled.";
  if (!rule.events.some((pattern) => matchesWildcard(pattern, event.type))) {
    return `${event.type} is not among its events (${rule.events.join(", ")}).`;
  }
  if (!coversStage(event, rule)) {
    return `Stage "${event.stage?.id ?? ""}" is not among its stages (${[rule.stages].flat().join(", ")}).`;
  }
  if (!reaches(event.severity, rule.minSeverity)) {
    return `Severity ${event.severity} is below its minimum, ${rule.minSeverity}.`;
  }
  return undefined;
};

const coversStage = (event: PipelineEvent, rule: Rule): boolean =>
  !isStageEvent(event) || rule.stages === "all" || (event.stage !== undefined && rule.stages.includes(event.stage.id));
