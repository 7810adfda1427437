import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { WaitingRoom } from "../../shared/flow/waiting-ports.ts";

/** A mail that waits, and until when. */
export interface Waiting {
  readonly job: DeliverJob;
  readonly dueAt: string;
}

/** Keeps in memory what waits for its first try, as the table does: the first of a delivery stays. */
export const createMemoryWaitingRoom = (): WaitingRoom & { readonly waiting: () => Waiting[] } => {
  const waiting = new Map<string, Waiting>();
  return {
    waiting: () => [...waiting.values()],
    async park(job, dueAt) {
      if (!waiting.has(job.deliveryId)) waiting.set(job.deliveryId, { job, dueAt });
    },
  };
};
