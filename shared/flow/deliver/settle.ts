import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { Attempt } from "../../domain/delivery.ts";
import type { Log } from "../../domain/log.ts";
import type { StoredMailSettings } from "../../domain/mail-settings.ts";
import { mayFailOver, type SendOutcome } from "../../domain/outcome.ts";
import { nextStep, type RetryPolicy, waitUntil } from "../../domain/retry.ts";
import { tenantOf } from "../../domain/scope.ts";
import type { Claim, DeliveryStore, Settlement } from "../ports.ts";
import type { Wait } from "./admit.ts";
import type { Tried } from "./send-mail.ts";

/** What recording an outcome needs. */
export interface SettleDeps {
  readonly deliveries: DeliveryStore;
  readonly retry: RetryPolicy;
  readonly log: Log;
  readonly now: () => Date;
  readonly random: () => number;
}

/** How a claimed mail fared. */
export interface Ended {
  readonly stored: StoredMailSettings | undefined;
  /** At least one. */
  readonly tries: readonly Tried[];
  /** Null when the mail was not made. */
  readonly subject: string | null;
  readonly note: string | null;
}

/** Decides what follows from a try and stores both: the end of the delivery, or the wait before its next try. */
export const settle = async (deps: SettleDeps, job: DeliverJob, claim: Claim, ended: Ended): Promise<void> => {
  const { delivery } = claim;
  const now = deps.now();
  const tries = claim.tries + 1;
  const outcome = decisive(ended.tries.map((tried) => tried.outcome));
  const next = nextStep(deps.retry, outcome, {
    sendableFrom: new Date(claim.sendableFrom),
    now,
    tries,
    possibleDuplicate: delivery.possibleDuplicate,
    // Without settings nobody can say whether the tenant would rather have a mail twice.
    onAmbiguous: ended.stored?.settings.onAmbiguous ?? "hold",
    random: deps.random(),
  });
  const ambiguous = outcome.kind === "failed" && outcome.class === "ambiguous";
  const provider = ended.tries.findLast((tried) => tried.provider !== null)?.provider ?? null;
  const kept = await deps.deliveries.settle(
    claim,
    {
      state: next.state,
      attempts: ended.tries.map(toAttempt),
      tries,
      provider,
      possibleDuplicate: delivery.possibleDuplicate || ambiguous,
      subject: ended.subject ?? delivery.subject,
      note: ended.note,
      waiting: toWaiting(next.dueAt, { ...job, tries, permit: undefined }),
    },
    now,
  );
  logOutcome(deps.log, job, outcome, { provider, state: next.state }, kept);
};

/** The outcome that counts: the last provider's when it ended the search, else the first that time alone may mend. */
const decisive = (outcomes: readonly SendOutcome[]): SendOutcome => {
  const last = outcomes.at(-1);
  if (last === undefined) throw new Error("cannot settle a mail that was not tried");
  if (last.kind === "accepted" || !mayFailOver(last)) return last;
  return outcomes.find((outcome) => outcome.kind === "failed" && outcome.class === "transient") ?? outcomes[0] ?? last;
};

/**
 * Lets a mail wait that no provider was asked for, without counting it as a try. Those that wait for the same thing
 * come back one after the other, unless each has a slot of its own.
 */
export const park = (deps: SettleDeps, job: DeliverJob, claim: Claim, wait: Wait): Promise<void> => {
  const parked = parking.then(() => parkNow(deps, job, claim, wait));
  parking = parked.catch(() => {});
  return parked;
};

/** Mails that have to wait are in no hurry: one after the other, thousands of them take no capacity from those that go. */
let parking: Promise<void> = Promise.resolve();

const parkNow = async (deps: SettleDeps, job: DeliverJob, claim: Claim, wait: Wait): Promise<void> => {
  const { delivery, tries } = claim;
  const spreadMs = wait.permit === undefined ? deps.random() * deps.retry.baseSeconds * 1000 : 0;
  const until = new Date(wait.until.getTime() + spreadMs);
  const next = waitUntil(deps.retry, until, new Date(claim.sendableFrom));
  const waiting = toWaiting(next.dueAt, { ...job, tries, permit: wait.permit });
  const settlement = { ...unchanged(claim), state: next.state, note: wait.reason, waiting };
  const kept = await deps.deliveries.settle(claim, settlement, deps.now());
  const fields = { tenant: tenantOf(job.scope), scope: job.scope, deliveryId: delivery.id, state: next.state };
  deps.log.info("mail.parked", fields);
  if (!kept) deps.log.warn("delivery.lease-lost", fields);
};

/** Ends a delivery that turned out to be about nothing. */
export const cancel = async (deps: SettleDeps, job: DeliverJob, claim: Claim, reason: string): Promise<void> => {
  await deps.deliveries.settle(
    claim,
    { ...unchanged(claim), state: "cancelled", note: reason, waiting: null },
    deps.now(),
  );
  deps.log.info("mail.cancelled", { tenant: tenantOf(job.scope), scope: job.scope, deliveryId: job.deliveryId });
};

const unchanged = ({ delivery, tries }: Claim) => ({
  attempts: [],
  tries,
  provider: delivery.provider,
  possibleDuplicate: delivery.possibleDuplicate,
  subject: delivery.subject,
});

const toWaiting = (dueAt: Date | null, job: DeliverJob): Settlement["waiting"] =>
  dueAt === null ? null : { dueAt: dueAt.toISOString(), job };

const toAttempt = ({ outcome, provider, startedAt, endedAt }: Tried): Attempt => ({
  at: startedAt.toISOString(),
  ms: endedAt.getTime() - startedAt.getTime(),
  phase: outcome.kind === "accepted" ? "accepted" : outcome.phase,
  class: outcome.kind === "accepted" ? "accepted" : outcome.class,
  reason: outcome.kind === "accepted" ? null : outcome.reason,
  code: outcome.code,
  enhancedCode: outcome.kind === "accepted" ? null : outcome.enhancedCode,
  text: outcome.text,
  provider,
});

const logOutcome = (
  log: Log,
  job: DeliverJob,
  outcome: SendOutcome,
  what: { readonly provider: Attempt["provider"]; readonly state: string },
  kept: boolean,
): void => {
  const fields = {
    tenant: tenantOf(job.scope),
    scope: job.scope,
    deliveryId: job.deliveryId,
    ...what,
    ...(outcome.kind === "failed" ? { class: outcome.class, reason: outcome.reason, phase: outcome.phase } : {}),
  };
  if (outcome.kind === "accepted") log.info("mail.accepted", fields);
  else log.warn("mail.not-accepted", fields);
  if (!kept) log.warn("delivery.lease-lost", fields);
};
