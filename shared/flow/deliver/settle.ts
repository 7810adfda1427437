import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { Attempt } from "../../domain/delivery.ts";
import type { Log } from "../../domain/log.ts";
import { eventWebhookKeyOf, type StoredMailSettings } from "../../domain/mail-settings.ts";
import { isAboutThisMail, type SendOutcome } from "../../domain/outcome.ts";
import { nextStep, type RetryPolicy } from "../../domain/retry.ts";
import { tenantOf } from "../../domain/scope.ts";
import type { Claim, Settlement } from "../ports.ts";
import type { Tried } from "./send-mail.ts";
import { noteStalled, type Settled, type StoreDeps, storeSettlement, unsent, waitingJob } from "./settlement.ts";

/** What recording an outcome needs. */
export interface SettleDeps extends StoreDeps {
  readonly retry: RetryPolicy;
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
export const settle = async (deps: SettleDeps, job: DeliverJob, claim: Claim, ended: Ended): Promise<Settled> => {
  const { delivery } = claim;
  const tries = claim.tries + 1;
  const outcome = decisive(ended.tries.map((tried) => tried.outcome));
  const provider = ended.tries.findLast((tried) => tried.provider !== null)?.provider ?? null;
  // Of a sender that died nobody knows which provider it asked.
  const hasFeedback = provider !== "smtp" && ended.stored !== undefined && tellsFeedback(ended.stored);
  const next = nextStep(deps.retry, outcome, {
    sendableFrom: new Date(claim.sendableFrom),
    now: deps.now(),
    tries,
    possibleDuplicate: delivery.possibleDuplicate,
    // Without settings nobody can say whether the tenant would rather have a mail twice.
    onAmbiguous: ended.stored?.settings.onAmbiguous ?? "hold",
    hasFeedback,
    random: deps.random(),
  });
  const ambiguous = outcome.kind === "failed" && outcome.class === "ambiguous";
  const settlement: Settlement = {
    state: next.state,
    attempts: ended.tries.map(toAttempt),
    tries,
    provider,
    possibleDuplicate: delivery.possibleDuplicate || ambiguous,
    subject: ended.subject ?? delivery.subject,
    note: ended.note ?? (next.state === "ambiguous" && hasFeedback ? WAITS_FOR_FEEDBACK : null),
    waiting: waitingJob(next.dueAt, { ...job, tries, permit: undefined, isUrgent: undefined }),
  };
  const isStalled = outcome.kind === "failed" && outcome.class === "config" && settlement.waiting !== null;
  if (isStalled) noteStalled(deps, ended.stored?.settings.scope);
  const kept = await storeSettlement(deps, claim, settlement);
  logOutcome(deps.log, job, outcome, { provider, state: next.state }, kept);
  return { settlement, kept };
};

const WAITS_FOR_FEEDBACK = "Waits for SendGrid to tell whether it has the mail; otherwise it is sent once more.";

const tellsFeedback = ({ settings }: StoredMailSettings): boolean => eventWebhookKeyOf(settings) !== undefined;

/**
 * The outcome that counts: the last provider's when it is about this very mail. Any other refusal of a fallback may be
 * about the fallback, so that a failure before it which time alone may mend counts, or else the first.
 */
const decisive = (outcomes: readonly SendOutcome[]): SendOutcome => {
  const [first, last] = [outcomes[0], outcomes.at(-1)];
  if (first === undefined || last === undefined) throw new Error("cannot settle a mail that was not tried");
  const isEnd = last.kind === "accepted" || last.class === "ambiguous" || isAboutThisMail(last);
  return isEnd
    ? last
    : (outcomes.find((outcome) => outcome.kind === "failed" && outcome.class === "transient") ?? first);
};

/**
 * Ends a delivery without asking a provider: it turned out to be about nothing, or its recipient is not to be mailed, or
 * it is for a person to decide.
 */
export const endUnsent = async (
  deps: StoreDeps,
  job: DeliverJob,
  claim: Claim,
  { state, note }: { readonly state: "cancelled" | "held" | "suppressed"; readonly note: string },
): Promise<Settled> => {
  const settlement: Settlement = { ...unsent(claim), state, note, waiting: null };
  const kept = await storeSettlement(deps, claim, settlement);
  deps.log.info(`mail.${state}`, { tenant: tenantOf(job.scope), scope: job.scope, deliveryId: job.deliveryId });
  return { settlement, kept };
};

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
