import pLimit, { type LimitFunction } from "p-limit";
import { type DeliverJob, parseDeliverJob } from "../contracts/deliver-job.ts";
import type { Brand } from "../domain/brand.ts";
import { nearestIn } from "../domain/nearest.ts";
import { type Failed, possiblySent } from "../domain/outcome.ts";
import type { RetryPolicy } from "../domain/retry.ts";
import { type Tenant, tenantOf } from "../domain/scope.ts";
import { announceEnds } from "./deliver/announce-ends.ts";
import { NO_MAIL_SETTINGS, settingsInForce } from "./deliver/choose-provider.ts";
import { messageIdOf } from "./deliver/compose.ts";
import { endOf, type Handled, isDone, measure } from "./deliver/handled.ts";
import type { OpenWayDeps } from "./deliver/open-way.ts";
import { findShut, park, parkUnclaimed } from "./deliver/park.ts";
import { type MailTask, noteEnd, sendMail } from "./deliver/send-mail.ts";
import { endUnsent, settle } from "./deliver/settle.ts";
import type { Settled } from "./deliver/settlement.ts";
import { endSuppressed, leftOutAs, type SuppressDeps, suppressBounced } from "./deliver/suppress.ts";
import type { Claim, ConfigSource, DeliveryStore, SendingConfig } from "./ports.ts";
import type { Suppressing } from "./suppression-ports.ts";

/** What the sender needs. */
export interface DeliverDeps extends OpenWayDeps, SuppressDeps {
  readonly config: ConfigSource<SendingConfig & Suppressing>;
  readonly deliveries: DeliveryStore;
  readonly retry: RetryPolicy;
  /** Seconds a claim lasts. Longer than a send can take. */
  readonly leaseSeconds: number;
  /** Seconds after the beginning of a batch at which all its sends must have ended. */
  readonly sendDeadlineSeconds: number;
}

/** A message of the outbox. */
export interface OutboxMessage {
  readonly id: string;
  readonly body: string;
}

/** What the mails of one batch have in common. */
interface Batch {
  readonly configs: ReadonlyMap<Tenant, SendingConfig & Suppressing>;
  /** When every send must have ended. */
  readonly deadline: Date;
  /** Mails that only wait are in no hurry: one after the other, they take little from those that go. */
  readonly parking: LimitFunction;
}

/**
 * Sends a batch of mails side by side: each is claimed, sent and recorded on its own, so that a hung server of one
 * tenant holds up nobody else. Answers the ids of the messages to be delivered again.
 */
export const deliver = async (deps: DeliverDeps, messages: readonly OutboxMessage[]): Promise<string[]> => {
  // The function's timeout counts from here, too.
  const deadline = secondsAfter(deps.now(), deps.sendDeadlineSeconds);
  const jobs = messages.map((message) => ({ message, job: parseDeliverJob(message.body) }));
  const configs = await loadConfigs(
    deps,
    jobs.flatMap(({ job }) => job ?? []),
  );
  const batch: Batch = { configs, deadline, parking: pLimit(1) };
  const results = await Promise.all(
    jobs.map(async ({ message, job }) => ({ id: message.id, handled: await handle(deps, job, batch) })),
  );
  deps.metrics.add(...results.flatMap(({ handled }) => measure(handled)));
  await announceEnds(
    deps,
    results.flatMap(({ handled }) => endOf(handled) ?? []),
  );
  return results.filter(({ handled }) => !isDone(handled)).map(({ id }) => id);
};

const loadConfigs = async ({ config, metrics }: DeliverDeps, jobs: readonly DeliverJob[]) => {
  try {
    return await config.load(new Set(jobs.map(({ scope }) => tenantOf(scope))));
  } catch (error) {
    metrics.add({ name: "OwnFailures", value: jobs.length });
    throw error;
  }
};

const handle = async (deps: DeliverDeps, job: DeliverJob | undefined, batch: Batch): Promise<Handled> => {
  if (job === undefined) return { kind: "unreadable" };
  try {
    return await deliverOne(deps, job, batch);
  } catch (error) {
    deps.log.error("delivery.not-processed", { deliveryId: job.deliveryId }, error);
    return { kind: "failed" };
  }
};

const deliverOne = async (deps: DeliverDeps, job: DeliverJob, batch: Batch): Promise<Handled> => {
  const stored = settingsInForce(job.scope, batch.configs);
  const leftOut = await leftOutAs(deps, job, batch.configs);
  const shut = leftOut === undefined && stored && (await findShut(deps, stored));
  if (shut && (await batch.parking(() => parkUnclaimed(deps, job, shut)))) return { kind: "parked" };
  const startedAt = deps.now();
  const leaseUntil = secondsAfter(startedAt, deps.leaseSeconds).toISOString();
  const result = await deps.deliveries.claim(job, messageIdOf(job.deliveryId, stored?.settings), leaseUntil, startedAt);
  const settleUntried = (claim: Claim, failure: Failed) =>
    settle(deps, job, claim, { ...untried(failure, startedAt, deps.now()), stored });
  switch (result.kind) {
    case "finished":
    case "busy":
      return result;
    case "abandoned":
      return doneWith(result.claim, await settleUntried(result.claim, ABANDONED));
    case "claimed": {
      const { claim } = result;
      if (leftOut) return doneWith(claim, await endSuppressed(deps, job, claim, leftOut));
      if (stored === undefined) return doneWith(claim, await settleUntried(claim, NO_MAIL_SETTINGS));
      const { configs, deadline } = batch;
      const task = { job, delivery: claim.delivery, stored, brand: brandOf(job, configs), deadline };
      return doneWith(claim, await sendClaimed(deps, task, claim));
    }
  }
};

const doneWith = (claim: Claim, { settlement, kept }: Settled): Handled => ({
  kind: "settled",
  end: { claim, settlement },
  kept,
});

const brandOf = ({ scope }: DeliverJob, configs: ReadonlyMap<Tenant, SendingConfig>): Brand | undefined =>
  nearestIn(scope, configs, ({ brands }, at) => brands.get(at));

/** A sender died between its claim and its outcome: the mail may have gone out (RFC 1047). */
const ABANDONED = possiblySent("The sender stopped before it could record how the send ended.");

/** What a try that reached no provider says of the mail. */
const untried = (outcome: Failed, startedAt: Date, endedAt: Date) => ({
  tries: [{ outcome, provider: null, startedAt, endedAt }],
  subject: null,
  note: null,
});

const sendClaimed = async (deps: DeliverDeps, task: MailTask, claim: Claim): Promise<Settled> => {
  const { job, stored } = task;
  if (isToBeHeld(task)) return endUnsent(deps, job, claim, { state: "held", note: HELD_MEANWHILE });
  const sending = await sendMail(deps, task);
  switch (sending.kind) {
    case "wait":
      return park(deps, job, claim, sending);
    case "nothing":
      return endUnsent(deps, job, claim, { state: "cancelled", note: sending.reason });
    case "tried": {
      const { tries, made, end } = sending;
      const subject = made?.rendered.subject ?? null;
      let settled: Settled;
      try {
        settled = await settle(deps, job, claim, { stored, tries, subject, note: made?.note ?? null });
      } finally {
        await noteEnd(deps, task, end);
      }
      await suppressBounced(deps, job, tries.at(-1)?.outcome);
      return settled;
    }
  }
};

/** Its last try left a doubt, and its tenant has chosen meanwhile to leave those to a person, who has not asked for it. */
const isToBeHeld = ({ job, stored, delivery }: MailTask): boolean =>
  stored.settings.onAmbiguous === "hold" && !job.isUrgent && delivery.attempts.at(-1)?.class === "ambiguous";

const HELD_MEANWHILE = 'It may have been sent already, and the mail settings say "hold" now.';

const secondsAfter = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000);
