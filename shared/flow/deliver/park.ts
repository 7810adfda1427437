import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { Log } from "../../domain/log.ts";
import { providersOf, type StoredMailSettings } from "../../domain/mail-settings.ts";
import { oldestToWait, type RetryPolicy, waitUntil } from "../../domain/retry.ts";
import { tenantOf } from "../../domain/scope.ts";
import { transportOf } from "../../domain/transport.ts";
import type { Claim } from "../ports.ts";
import { type AdmitDeps, earliest, shutWait, type Wait } from "./admit.ts";
import { type AlertDeps, alertSuspension } from "./alert-suspension.ts";
import { noteStalled, type Settled, type StoreDeps, storeSettlement, unsent, waitingJob } from "./settlement.ts";

/** What letting a mail wait needs. */
export interface ParkDeps extends StoreDeps {
  readonly retry: RetryPolicy;
  readonly random: () => number;
}

/** Lets a claimed mail wait that no provider was asked for, without counting it as a try. */
export const park = async (deps: ParkDeps, job: DeliverJob, claim: Claim, wait: Wait): Promise<Settled> => {
  const next = waitUntil(deps.retry, spread(deps, wait), new Date(claim.sendableFrom));
  const waiting = waitingJob(next.dueAt, { ...job, tries: claim.tries, permit: wait.permit ?? job.permit });
  const settlement = { ...unsent(claim), state: next.state, note: wait.reason, waiting };
  const kept = await storeSettlement(deps, claim, settlement);
  if (waiting !== null) noteStalled(deps, wait.suspended?.transport.scope);
  logParked(deps.log, job, next.state);
  if (!kept) deps.log.warn("delivery.lease-lost", { deliveryId: job.deliveryId });
  return { settlement, kept };
};

/**
 * Lets a mail wait that nobody has claimed: one write instead of two, since behind a dead server thousands wait, and
 * each asks again and again. False: somebody may have to send it, or to end it, and a claim tells.
 */
export const parkUnclaimed = async (deps: ParkDeps, job: DeliverJob, wait: Wait): Promise<boolean> => {
  const dueAt = spread(deps, wait);
  const oldest = oldestToWait(deps.retry, dueAt);
  if (deps.now() < oldest) return false;
  const parking = { dueAt: dueAt.toISOString(), job, note: wait.reason, oldest };
  const parked = await deps.deliveries.park(job, parking, deps.now());
  if (!parked) return false;
  noteStalled(deps, wait.suspended?.transport.scope);
  logParked(deps.log, job, "deferred");
  return true;
};

/** The shortest wait when each way to send is known to be shut; undefined when a mail may go out by one. */
export const findShut = async (deps: AdmitDeps & AlertDeps, stored: StoredMailSettings): Promise<Wait | undefined> => {
  const { settings } = stored;
  const waits: Wait[] = [];
  // One after the other: hardly ever is more than the first asked about.
  for (const provider of providersOf(settings)) {
    const wait = await shutWait(deps, transportOf(stored, provider));
    if (wait === undefined) return undefined;
    waits.push(wait);
  }
  for (const { suspended } of waits) {
    if (suspended) await alertSuspension(deps, settings, suspended.transport, suspended.breaker);
  }
  return earliest(waits);
};

/** Mails that wait for the same thing come back one after the other, unless each has a slot of its own. */
const spread = ({ retry, random }: ParkDeps, { until, permit }: Wait): Date =>
  permit === undefined ? new Date(until.getTime() + random() * retry.baseSeconds * 1000) : until;

const logParked = (log: Log, { scope, deliveryId }: DeliverJob, state: string): void =>
  log.info("mail.parked", { tenant: tenantOf(scope), scope, deliveryId, state });
