import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { DueDelivery, DueIndex } from "../../shared/flow/waiting-ports.ts";

/** Waiting deliveries in memory; those with an unreadable job fail when they are taken, as in the table. */
export interface MemoryDueIndex extends DueIndex {
  readonly add: (dueAt: Date, job: DeliverJob | "unreadable") => void;
  /** When each delivery is due, by its id. */
  readonly dueTimes: () => ReadonlyMap<string, string>;
}

export const createMemoryDueIndex = (): MemoryDueIndex => {
  const waiting = new Map<string, { dueAt: string; job: DeliverJob | "unreadable" }>();
  return {
    add(dueAt, job) {
      const id = job === "unreadable" ? `unreadable-${waiting.size}` : job.deliveryId;
      waiting.set(id, { dueAt: dueAt.toISOString(), job });
    },
    dueTimes: () => new Map([...waiting].map(([id, { dueAt }]) => [id, dueAt])),
    async due(time, limit) {
      const found: DueDelivery[] = [...waiting].map(([sk, { dueAt }]) => ({ pk: "DELIVERIES", sk, dueAt }));
      return found
        .filter(({ dueAt }) => dueAt <= time.toISOString())
        .sort((a, b) => a.dueAt.localeCompare(b.dueAt))
        .slice(0, limit);
    },
    async take({ sk, dueAt }, againAt) {
      const found = waiting.get(sk);
      if (found?.dueAt !== dueAt) return undefined;
      waiting.set(sk, { ...found, dueAt: againAt.toISOString() });
      if (found.job === "unreadable") throw new Error(`cannot release ${sk}: its job cannot be read`);
      return found.job;
    },
  };
};
