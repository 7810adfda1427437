import type { CompiledRule } from "../../domain/compile-rule.ts";
import { isStageEvent, type PipelineEvent } from "../../domain/event.ts";
import { detailOf, type EventDetail } from "../../domain/event-detail.ts";
import type { RuleVerdict } from "../../domain/event-record.ts";
import { findMisfit, matchesPattern, type Pattern } from "../../domain/pattern.ts";
import type { PipelineOutcome } from "../../domain/pipeline-outcome.ts";
import type { Rule } from "../../domain/rule.ts";
import type { RuleIndex } from "../../domain/rule-index.ts";
import { reaches, type Severity } from "../../domain/severity.ts";
import { matchesWildcard } from "../../domain/wildcard.ts";
import { explainOutcome } from "./outcome-condition.ts";

/** Most of a rule's events, stages, pipelines or branches that a reason names. */
const MAX_LISTED = 5;

/** Everything that decides whether a rule applies, besides the rule. */
export interface Situation {
  readonly event: PipelineEvent;
  /** How the same pipeline (on the same branch, or the same stage of it) ended before; undefined: not known. */
  readonly outcomeBefore: PipelineOutcome | undefined;
  /** When the event was first received, ISO-8601: a mute that has run out by then does not count. */
  readonly receivedAt: string;
  /** Takes the place of every rule's own threshold. */
  readonly minSeverity?: Severity | undefined;
}

/** The rules that match, in the order of the indexes. Rules that cannot match are not looked at. */
export const matchRules = (situation: Situation, indexes: readonly RuleIndex[]): CompiledRule[] => {
  const detail = detailOf(situation.event);
  return indexes.flatMap((index) =>
    index.candidates(detail).filter((candidate) => obstacleTo(situation, detail, candidate) === undefined),
  );
};

/** Says of any rules whether they match and why (not): the first condition that fails gives the reason. */
export const judgeRules = (situation: Situation, rules: readonly CompiledRule[]): RuleVerdict[] => {
  const { event } = situation;
  const detail = detailOf(event);
  return rules.map((compiled) => {
    const obstacle = obstacleTo(situation, detail, compiled);
    return {
      id: compiled.rule.id,
      scope: compiled.rule.scope,
      matched: obstacle === undefined,
      reason: obstacle ?? `${event.type} with severity ${event.severity} meets every condition.`,
    };
  });
};

const obstacleTo = (situation: Situation, detail: EventDetail, { rule, filter }: CompiledRule): string | undefined =>
  obstacleOfName(situation.event, rule) ??
  obstacleOfSeverity(situation, rule) ??
  obstacleOfPlace(situation.event, rule) ??
  obstacleOfFilter(detail, filter) ??
  explainOutcome(situation.event, situation.outcomeBefore, rule.when) ??
  obstacleOfMute(situation.receivedAt, rule);

const obstacleOfName = (event: PipelineEvent, rule: Rule): string | undefined => {
  if (!rule.enabled) return "The rule is disabled.";
  if (!fitsOne(rule.events, event.type)) return `${event.type} is not among its events (${listed(rule.events)}).`;
  if (!coversStage(event, rule)) {
    return `Stage "${event.stage?.id ?? ""}" is not among its stages (${listed([rule.stages].flat())}).`;
  }
  return undefined;
};

const coversStage = (event: PipelineEvent, rule: Rule): boolean =>
  !isStageEvent(event) || rule.stages === "all" || (event.stage !== undefined && rule.stages.includes(event.stage.id));

const obstacleOfSeverity = ({ event, minSeverity }: Situation, rule: Rule): string | undefined => {
  const [threshold, whose] =
    minSeverity === undefined
      ? [rule.minSeverity, "its minimum"]
      : [minSeverity, "the minimum of the pipeline's override"];
  return reaches(event.severity, threshold) ? undefined : `Severity ${event.severity} is below ${whose}, ${threshold}.`;
};

const obstacleOfPlace = ({ pipeline, branch }: PipelineEvent, { pipelines, branches }: Rule): string | undefined => {
  if (pipelines !== undefined && (pipeline === undefined || !fitsOne(pipelines, pipeline.id))) {
    return `${pipeline === undefined ? "An event of no pipeline" : `Pipeline "${pipeline.id}"`} is not among its pipelines (${listed(pipelines)}).`;
  }
  if (branches !== undefined && (branch === undefined || !fitsOne(branches, branch))) {
    return `${branch === undefined ? "An event of no branch" : `Branch "${shown(branch)}"`} is not among its branches (${listed(branches)}).`;
  }
  return undefined;
};

const obstacleOfFilter = (detail: EventDetail, filter: CompiledRule["filter"]): string | undefined => {
  if (filter === undefined) return undefined;
  if ("pattern" in filter) return obstacleOfPattern(detail, filter.pattern);
  const [first] = filter.issues;
  return `As it is stored the rule cannot be read and has to be saved again: ${first?.path ?? ""} ${first?.message ?? ""}.`;
};

const obstacleOfPattern = (detail: EventDetail, pattern: Pattern): string | undefined =>
  matchesPattern(pattern, detail)
    ? undefined
    : `The event does not fit its filter, first at ${shown(findMisfit(pattern, detail))}.`;

const obstacleOfMute = (receivedAt: string, { mute }: Rule): string | undefined => {
  if (mute === undefined || Date.parse(mute.until) <= Date.parse(receivedAt)) return undefined;
  return `The rule is muted until ${mute.until}${mute.reason === undefined ? "" : `: ${mute.reason}`}.`;
};

const fitsOne = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matchesWildcard(pattern, text));

/** Characters of a name that a reason shows. */
const MAX_SHOWN = 100;

const shown = (name: string): string =>
  name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN).toWellFormed()}…` : name;

/** The first few of a list: a record has room for the reasons of many rules. */
const listed = (names: readonly string[]): string => {
  const rest = names.length - MAX_LISTED;
  return [...names.slice(0, MAX_LISTED).map(shown), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
};
