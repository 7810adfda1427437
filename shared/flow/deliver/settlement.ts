import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { ProductMetrics } from "../../contracts/metrics.ts";
import type { Log } from "../../domain/log.ts";
import { type Scope, SYSTEM } from "../../domain/scope.ts";
import type { Claim, DeliveryStore, Settlement } from "../ports.ts";

/** What storing a settlement needs. */
export interface StoreDeps {
  readonly deliveries: DeliveryStore;
  readonly log: Log;
  readonly metrics: ProductMetrics;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What was made of a claimed delivery, and whether its claim still held. */
export interface Settled {
  readonly settlement: Settlement;
  readonly kept: boolean;
}

/** Pauses before the repeats of a write that failed; together less than a lease has left after the longest send. */
const PAUSES_MS = [250, 750, 2000] as const;

/**
 * Stores how a claimed delivery stands. An outcome that is not stored makes a mail ambiguous that perhaps was accepted,
 * so this has more patience than the SDK, and the log tells what could not be stored.
 * @returns false when the lease was lost meanwhile.
 */
export const storeSettlement = async (deps: StoreDeps, claim: Claim, settlement: Settlement): Promise<boolean> => {
  for (const [repeats, pauseMs] of PAUSES_MS.entries()) {
    try {
      return await deps.deliveries.settle(claim, settlement, deps.now());
    } catch (error) {
      if (repeats === 0) deps.metrics.add({ name: "OutcomesNotStored", value: 1 });
      const { id: deliveryId } = claim.delivery;
      const last = settlement.attempts.at(-1)?.class ?? null;
      deps.log.error("delivery.not-settled", { deliveryId, state: settlement.state, class: last }, error);
      await deps.sleep(pauseMs);
    }
  }
  return deps.deliveries.settle(claim, settlement, deps.now());
};

/**
 * Counts a mail that waits until somebody mends the settings it is sent by, when these are the root's: nobody is told of
 * it by mail, and all tenants without settings of their own stand still.
 */
export const noteStalled = ({ metrics }: Pick<StoreDeps, "metrics">, scope: Scope | undefined): void => {
  if (scope === SYSTEM) metrics.add({ name: "SystemMailsStalled", value: 1 });
};

/** What a settlement says of a mail that no provider was asked for: everything stays as it was. */
export const unsent = ({ delivery, tries }: Claim) => ({
  attempts: [],
  tries,
  provider: delivery.provider,
  possibleDuplicate: delivery.possibleDuplicate,
  subject: delivery.subject,
});

/** The job a delivery waits with; null when nothing waits. */
export const waitingJob = (dueAt: Date | null, job: DeliverJob): Settlement["waiting"] =>
  dueAt === null ? null : { dueAt: dueAt.toISOString(), job };
