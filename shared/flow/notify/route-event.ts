import { type DeliverJob, MAX_INLINE_EVENT_CHARS } from "../../contracts/deliver-job.ts";
import type { CompiledRule } from "../../domain/compile-rule.ts";
import { deliveryIdOf } from "../../domain/delivery.ts";
import type { PipelineEvent } from "../../domain/event.ts";
import type { EventRecord } from "../../domain/event-record.ts";
import type { PipelineOutcome } from "../../domain/pipeline-outcome.ts";
import type { RuleIndex } from "../../domain/rule-index.ts";
import { chainOf, SYSTEM, type Tenant } from "../../domain/scope.ts";
import type { RoutingConfig } from "../ports.ts";
import { chooseTemplate, explainMissingTemplates } from "./choose-template.ts";
import { type Audience, expandAudience, MAX_OTHERS, MAX_RECIPIENTS } from "./expand-audience.ts";
import { fitRecord, MAX_MISSES } from "./fit-record.ts";
import { judgeRules, matchRules } from "./match-rules.ts";
import { explainOverride, findOverride, reachesByItself } from "./pipeline-override.ts";
import { plannedOutcome, type Timing, timingOf } from "./time-mail.ts";

/** Most rules that a job names, so that it stays far from what a queue takes; the event's record names more. */
const MAX_JOB_RULES = 50;

/** Most problems of an audience, or of its templates, that a reason spells out. */
const MAX_TOLD_PROBLEMS = 10;

/** Everything that decides what is to be done about an event. */
export interface RoutingInput {
  readonly tenant: Tenant;
  readonly event: PipelineEvent;
  /** Of the event's tenant and of `system`. */
  readonly configs: ReadonlyMap<Tenant, RoutingConfig>;
  /** When the event was first received, ISO-8601. */
  readonly receivedAt: string;
  /** How its pipeline ended before, for rules that ask; undefined: not known. */
  readonly outcomeBefore?: PipelineOutcome | undefined;
}

/** How much is told of rules that did not match, and of people who are not mailed. */
export interface Breadth {
  readonly maxMisses: number;
  readonly maxOthers: number;
}

/** A mail to be made, and when it goes out. */
export interface PlannedMail {
  readonly job: DeliverJob;
  readonly timing: Timing;
}

/** What is to be done about an event, and the record that explains it. */
export interface RoutedEvent {
  readonly record: EventRecord;
  readonly mails: readonly PlannedMail[];
}

/**
 * Decides who is told about an event, with a record that fits the table. Pure: the same input always gives the same
 * delivery ids.
 */
export const routeEvent = (input: RoutingInput): RoutedEvent => {
  const { record, mails } = decideEvent(input, { maxMisses: MAX_MISSES, maxOthers: MAX_OTHERS });
  return { record: fitRecord(record), mails };
};

/** Decides who is told about an event, with a record as broad as is asked for. */
export const decideEvent = (input: RoutingInput, { maxMisses, maxOthers }: Breadth): RoutedEvent => {
  const { event, configs, receivedAt } = input;
  const { matching, others, known, verdicts, override } = decideRules(input, maxMisses);
  const audience = expandAudience({
    rules: matching,
    otherRules: others,
    override,
    event,
    findGroup: (scope, id) => configFor(input, scope)?.groupAt(scope, id),
    recipientDomains: configs.get(input.tenant)?.recipientDomains ?? [],
    suppressed: configs.get(input.tenant)?.suppressed ?? new Map(),
    maxOthers,
  });
  const mails = planMails(input, audience);
  const problems = [...audience.problems, ...explainMissingTemplates(matching, event, configs)];
  return {
    mails,
    record: {
      id: event.id,
      scope: event.scope,
      type: event.type,
      severity: event.severity,
      status: "routed",
      reason: [reasonOf(matching.length, known, { ...audience, problems }), explainOverride(override)]
        .filter(Boolean)
        .join(" "),
      rules: verdicts,
      recipients: [
        ...mails.map(({ job, timing }, index) => ({
          address: job.recipient,
          via: audience.recipients[index]?.via ?? [],
          ...plannedOutcome(timing),
          deliveryId: job.deliveryId,
        })),
        ...audience.others,
      ],
      receivedAt,
    },
  };
};

const configFor = ({ tenant, configs }: RoutingInput, scope: string): RoutingConfig | undefined =>
  configs.get(scope === SYSTEM ? SYSTEM : tenant);

/** The rules that match, what the pipeline's override does to them and, as far as asked for, the rules that do not. */
const decideRules = (input: RoutingInput, maxMisses: number) => {
  const { event, receivedAt, outcomeBefore } = input;
  const found = findOverride(event, input.configs);
  const minSeverity = found?.mode === "custom" ? found.minSeverity : undefined;
  const situation = { event, receivedAt, outcomeBefore, minSeverity };
  const indexes = chainOf(event.scope).flatMap((scope) => configFor(input, scope)?.rulesAt(scope) ?? []);

  const matching = matchRules(situation, indexes);
  const misses = firstOthers(indexes, new Set(matching), maxMisses);
  return {
    matching: matching.map(({ rule }) => rule),
    others: misses.map(({ rule }) => rule),
    known: indexes.reduce((sum, { rules }) => sum + rules.length, 0),
    verdicts: judgeRules(situation, [...matching, ...misses]),
    override: found !== undefined && (matching.length > 0 || reachesByItself(found, event)) ? found : undefined,
  };
};

/** The first rules that are not among the matching ones; the rest is not looked at. */
const firstOthers = (
  indexes: readonly RuleIndex[],
  matching: ReadonlySet<CompiledRule>,
  most: number,
): CompiledRule[] => {
  const others: CompiledRule[] = [];
  for (const { rules } of indexes) {
    for (const compiled of rules) {
      if (others.length >= most) return others;
      if (!matching.has(compiled)) others.push(compiled);
    }
  }
  return others;
};

/** The mails to an audience, each when its rules say and with the template they name. */
export const planMails = (input: RoutingInput, { recipients }: Audience): PlannedMail[] => {
  const { tenant, event, configs, receivedAt } = input;
  const inline =
    JSON.stringify(event).length <= MAX_INLINE_EVENT_CHARS ? { event } : { pipelineId: event.pipeline?.id };
  return recipients.map(({ address, ruleIds, rules }) => {
    const template = chooseTemplate(rules, event, configs);
    return {
      timing: timingOf(rules, event, receivedAt),
      job: {
        v: 1,
        kind: "event",
        deliveryId: deliveryIdOf(tenant, event.id, address, receivedAt),
        scope: event.scope,
        eventId: event.id,
        recipient: address,
        ruleIds: ruleIds.slice(0, MAX_JOB_RULES),
        tries: 0,
        ...(template === undefined ? {} : { template }),
        ...inline,
      },
    };
  });
};

const reasonOf = (matched: number, known: number, audience: Audience): string => {
  const { found, suppressed, unsubscribed, tooMany, problems } = audience;
  const verdict = tooMany
    ? `${found} recipients are more than the ${MAX_RECIPIENTS} one event may have; nobody was mailed.`
    : `${matched} of ${known} rules matched; ${found} ${found === 1 ? "recipient" : "recipients"}.`;
  const left = [
    ...leftOut(suppressed, "being on the suppression list"),
    ...leftOut(unsubscribed, "having unsubscribed from the mails of rules"),
  ];
  const more = problems.length - MAX_TOLD_PROBLEMS;
  const rest = more > 0 ? [`${more} more such problems.`] : [];
  return [verdict, ...left, ...problems.slice(0, MAX_TOLD_PROBLEMS), ...rest].join(" ");
};

const leftOut = (count: number, why: string): string[] =>
  count === 0 ? [] : [`${count} more ${count === 1 ? "is" : "are"} left out, ${why}.`];
