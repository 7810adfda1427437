import { isStageEvent, type PipelineEvent } from "../domain/event.ts";
import type { RuleVerdict } from "../domain/event-record.ts";
import type { Rule } from "../domain/rule.ts";
import { reaches } from "../domain/severity.ts";
import { matchesWildcard } from "../domain/wildcard.ts";

/** Most of a rule's events or stages that a reason names. */
const MAX_LISTED = 5;

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
    return `${event.type} is not among its events (${listed(rule.events)}).`;
  }
  if (!coversStage(event, rule)) {
    return `Stage "${event.stage?.id ?? ""}" is not among its stages (${listed([rule.stages].flat())}).`;
  }
  if (!reaches(event.severity, rule.minSeverity)) {
    return `Severity ${event.severity} is below its minimum, ${rule.minSeverity}.`;
  }
  return undefined;
};

/** The first few of a list: a record has room for the reasons of many rules. */
const listed = (names: readonly string[]): string => {
  const rest = names.length - MAX_LISTED;
  return [...names.slice(0, MAX_LISTED), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
};

const coversStage = (event: PipelineEvent, rule: Rule): boolean =>
  !isStageEvent(event) || rule.stages === "all" || (event.stage !== undefined && rule.stages.includes(event.stage.id));
