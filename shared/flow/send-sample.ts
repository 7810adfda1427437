import { AppError } from "../domain/app-error.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { RecipientVerdict } from "../domain/event-record.ts";
import type { Group } from "../domain/group.ts";
import type { Log } from "../domain/log.ts";
import type { Rule } from "../domain/rule.ts";
import { sampleToSend } from "../domain/sample-event.ts";
import { SYSTEM, type Tenant, tenantOf } from "../domain/scope.ts";
import { type Audience, expandNamers, MAX_RECIPIENTS } from "./notify/expand-audience.ts";
import { type Namer, namerOf } from "./notify/name-people.ts";
import { planMails } from "./notify/route-event.ts";
import type { ConfigSource, Outbox, RoutingConfig } from "./ports.ts";

/** What sending a sample needs. */
export interface SampleDeps {
  readonly routing: ConfigSource<RoutingConfig>;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly now: () => Date;
  /** An id that nobody else has. */
  readonly newId: () => string;
}

/** A sample that is on its way. */
export interface SentSample {
  readonly eventId: string;
  /** Everybody who gets it, with the delivery, and everybody left out, with the reason. */
  readonly recipients: readonly RecipientVerdict[];
}

/**
 * Sends a sample to everybody whom a rule names, also while it is disabled or muted. Neither thresholds nor quiet hours
 * nor digests hold it; the tenant's domains, its suppression list and the cap on recipients do.
 * @throws AppError `invalid-input` when nobody is to be mailed; Error when the outbox did not take all of it
 */
export const sendRuleSample = (deps: SampleDeps, rule: Rule): Promise<SentSample> =>
  sendSample(deps, namerOf(rule), sampleToSend(rule.scope, sampleId(deps), deps.now(), rule));

/**
 * Sends a sample to everybody whom a group mails, whatever the least severity it asks for.
 * @throws as {@link sendRuleSample}
 */
export const sendGroupSample = (deps: SampleDeps, { scope, id }: Pick<Group, "scope" | "id">): Promise<SentSample> => {
  const namer: Namer = { label: "test", scope, recipients: { emails: [], groups: [`${scope}:${id}`] }, rules: [] };
  return sendSample(deps, namer, sampleToSend(scope, sampleId(deps), deps.now()));
};

const sampleId = ({ newId }: SampleDeps): string => `sample-${newId()}`;

const sendSample = async (deps: SampleDeps, namer: Namer, event: PipelineEvent): Promise<SentSample> => {
  const tenant = tenantOf(event.scope);
  const configs = await deps.routing.load([tenant]);
  const audience = audienceOf(namer, event, tenant, configs);
  if (audience.recipients.length === 0) throw reachesNobody(audience);
  const planned = planMails({ tenant, event, configs, receivedAt: event.time }, audience);
  const jobs = planned.map(({ job }) => ({ ...job, isTest: true as const }));
  const unsent = await deps.outbox.send(jobs);
  if (unsent.length > 0) throw new Error(`cannot send a sample: the outbox refused ${unsent.length} of ${jobs.length}`);
  deps.log.info("sample.sent", { tenant, scope: event.scope, eventId: event.id, mails: jobs.length });
  return {
    eventId: event.id,
    recipients: [
      ...audience.recipients.map(({ address, via }, index) => ({
        address,
        via,
        outcome: "queued" as const,
        deliveryId: jobs[index]?.deliveryId,
      })),
      ...audience.others,
    ],
  };
};

/** The highest severity gets by every group's threshold: the sample is for all of the audience. */
const audienceOf = (
  namer: Namer,
  event: PipelineEvent,
  tenant: Tenant,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): Audience =>
  expandNamers({
    active: [namer],
    replaced: [],
    otherRules: [],
    event: { ...event, severity: "error" },
    findGroup: (scope, id) => configs.get(scope === SYSTEM ? SYSTEM : tenant)?.groupAt(scope, id),
    recipientDomains: configs.get(tenant)?.recipientDomains ?? [],
    suppressed: configs.get(tenant)?.suppressed ?? new Map(),
  });

/** Most reasons that an answer spells out. */
const MAX_TOLD = 10;

const reachesNobody = ({ tooMany, found, problems, others }: Audience): AppError => {
  const left = others.map(({ address, outcome }) => `${address}: ${outcome}`);
  const reasons = tooMany
    ? [`${found} recipients are more than the ${MAX_RECIPIENTS} that one event may have.`]
    : [...problems, ...left, ...(problems.length + left.length === 0 ? ["It names nobody."] : [])];
  return new AppError(
    "invalid-input",
    "There is nobody to send a sample to.",
    reasons.slice(0, MAX_TOLD).map((message) => ({ path: "recipients", message })),
  );
};
