import type { DeliverJob } from "../contracts/deliver-job.ts";
import type { Attempt } from "../domain/delivery.ts";
import type { Log } from "../domain/log.ts";
import type { StoredMailSettings } from "../domain/mail-settings.ts";
import type { SendOutcome } from "../domain/outcome.ts";
import { nextStep, type RetryPolicy } from "../domain/retry.ts";
import { tenantOf } from "../domain/scope.ts";
import type { Claim, DeliveryStore } from "./ports.ts";

/** What recording an outcome needs. */
export interface SettleDeps {
  readonly deliveries: DeliveryStore;
  readonly retry: RetryPolicy;
  readonly log: Log;
  readonly now: () => Date;
  readonly random: () => number;
}

/** How one try went. */
export interface Try {
  readonly stored: StoredMailSettings | undefined;
  readonly outcome: SendOutcome;
  readonly provider: Attempt["provider"];
  readonly subject: string | null;
  readonly startedAt: Date;
}

/** Decides what follows from a try and stores both: the end of the delivery, or the wait before its next try. */
export const settle = async (deps: SettleDeps, job: DeliverJob, claim: Claim, tried: Try): Promise<void> => {
  const { delivery } = claim;
  const { outcome } = tried;
  const now = deps.now();
  const tries = claim.tries + 1;
  const next = nextStep(deps.retry, outcome, {
    createdAt: new Date(delivery.createdAt),
    now,
    tries,
    possibleDuplicate: delivery.possibleDuplicate,
    onAmbiguous: tried.stored?.settings.onAmbiguous ?? "retry",
    random: deps.random(),
  });
  const ambiguous = outcome.kind === "failed" && outcome.class === "ambiguous";
  const kept = await deps.deliveries.settle(
    claim,
    {
      state: next.state,
      attempt: toAttempt(tried, now),
      possibleDuplicate: delivery.possibleDuplicate || ambiguous,
      subject: tried.subject ?? delivery.subject,
      waiting: next.dueAt === null ? null : { dueAt: next.dueAt.toISOString(), job: { ...job, tries } },
    },
    now,
  );
  logOutcome(deps.log, job, tried, next.state, kept);
};

const toAttempt = ({ outcome, provider, startedAt }: Try, now: Date): Attempt => ({
  at: startedAt.toISOString(),
  ms: now.getTime() - startedAt.getTime(),
  phase: outcome.kind === "accepted" ? "accepted" : outcome.phase,
  class: outcome.kind === "accepted" ? "accepted" : outcome.class,
  reason: outcome.kind === "accepted" ? null : outcome.reason,
  code: outcome.code,
  enhancedCode: outcome.kind === "accepted" ? null : outcome.enhancedCode,
  text: outcome.text,
  provider,
});

const logOutcome = (log: Log, job: DeliverJob, { outcome, provider }: Try, state: string, kept: boolean): void => {
  const fields = {
    tenant: tenantOf(job.scope),
    scope: job.scope,
    deliveryId: job.deliveryId,
    provider,
    state,
    ...(outcome.kind === "failed" ? { class: outcome.class, reason: outcome.reason, phase: outcome.phase } : {}),
  };
  if (outcome.kind === "accepted") log.info("mail.accepted", fields);
  else log.warn("mail.not-accepted", fields);
  if (!kept) log.warn("delivery.lease-lost", fields);
};
