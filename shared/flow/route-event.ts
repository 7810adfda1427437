import { type DeliverJob, MAX_INLINE_EVENT_CHARS } from "../contracts/deliver-job.ts";
import { deliveryIdOf } from "../domain/delivery.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { EventRecord } from "../domain/event-record.ts";
import { chainOf, SYSTEM, type Tenant } from "../domain/scope.ts";
import { type Audience, expandAudience, MAX_RECIPIENTS } from "./expand-audience.ts";
import { fitRecord } from "./fit-record.ts";
import { matchRules } from "./match-rules.ts";
import type { RoutingConfig } from "./ports.ts";

/** Most rules that a job names, so that it stays far from what a queue takes; the event's record names more. */
const MAX_JOB_RULES = 50;

/** Most problems of an audience that a reason spells out. */
const MAX_TOLD_PROBLEMS = 10;

/** What is to be done about an event, and the record that explains it. */
export interface RoutedEvent {
  readonly record: EventRecord;
  readonly jobs: readonly DeliverJob[];
}

/**
 * Decides who is told about an event. Pure: the same event, configuration and time always give the same delivery ids.
 * @param receivedAt when the event was first received, ISO-8601.
 */
export const routeEvent = (
  tenant: Tenant,
  event: PipelineEvent,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
  receivedAt: string,
): RoutedEvent => {
  const configAt = (scope: string) => configs.get(scope === SYSTEM ? SYSTEM : tenant);
  const rules = chainOf(event.scope).flatMap((scope) => configAt(scope)?.rulesAt(scope) ?? []);
  const verdicts = matchRules(event, rules);
  const matching = rules.filter((_, index) => verdicts[index]?.matched);
  const audience = expandAudience(matching, (scope, id) => configAt(scope)?.groupAt(scope, id));
  const tooMany = audience.recipients.length > MAX_RECIPIENTS;
  const jobs = tooMany ? [] : makeJobs(tenant, event, audience, receivedAt);
  return {
    jobs,
    record: fitRecord({
      id: event.id,
      scope: event.scope,
      type: event.type,
      severity: event.severity,
      status: "routed",
      reason: reasonOf(matching.length, rules.length, audience, tooMany),
      rules: verdicts,
      recipients: jobs.map((job, index) => ({
        address: job.recipient,
        via: audience.recipients[index]?.via ?? [],
        outcome: "queued",
        deliveryId: job.deliveryId,
      })),
      receivedAt,
    }),
  };
};

const makeJobs = (tenant: Tenant, event: PipelineEvent, audience: Audience, receivedAt: string): DeliverJob[] => {
  const inline = JSON.stringify(event).length <= MAX_INLINE_EVENT_CHARS ? { event } : {};
  return audience.recipients.map(({ address, ruleIds }) => ({
    v: 1,
    deliveryId: deliveryIdOf(tenant, event.id, address, receivedAt),
    scope: event.scope,
    eventId: event.id,
    recipient: address,
    ruleIds: ruleIds.slice(0, MAX_JOB_RULES),
    tries: 0,
    ...inline,
  }));
};

const reasonOf = (matched: number, known: number, audience: Audience, tooMany: boolean): string => {
  const found = audience.recipients.length;
  const verdict = tooMany
    ? `${found} recipients are more than the ${MAX_RECIPIENTS} one event may have; nobody was mailed.`
    : `${matched} of ${known} rules matched; ${found} ${found === 1 ? "recipient" : "recipients"}.`;
  const more = audience.problems.length - MAX_TOLD_PROBLEMS;
  const rest = more > 0 ? [`${more} more group references lead nowhere.`] : [];
  return [verdict, ...audience.problems.slice(0, MAX_TOLD_PROBLEMS), ...rest].join(" ");
};
