import type { Delivery, DeliveryId } from "../../shared/domain/delivery.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import type { HeardDeliveries } from "../../shared/flow/feedback-ports.ts";

/** Deliveries in memory, with what tests need besides. */
export interface MemoryHeardDeliveries extends HeardDeliveries {
  all(): Delivery[];
  /** Lets a sender hold a delivery. */
  hold(id: DeliveryId, until: Date): void;
}

/** Keeps deliveries in memory, as the table does for feedback: see `test/store/heard-deliveries.test.ts`. */
export const createMemoryHeardDeliveries = (deliveries: readonly Delivery[]): MemoryHeardDeliveries => {
  const stored = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  const held = new Map<DeliveryId, string>();
  return {
    all: () => [...stored.values()],
    hold(id, until) {
      const known = stored.get(id);
      if (known !== undefined) stored.set(id, { ...known, state: "sending" });
      held.set(id, until.toISOString());
    },
    async find(tenant, id) {
      const found = stored.get(id);
      if (found === undefined || tenantOf(found.scope) !== tenant) return undefined;
      return { delivery: found, heldUntil: held.get(id) };
    },
    async hear(seen, { feedback, ...heard }, now) {
      const known = stored.get(seen.id);
      const isAsSeen =
        known?.state === seen.state &&
        known.updatedAt === seen.updatedAt &&
        known.feedback.length === seen.feedback.length;
      if (known === undefined || !isAsSeen) return false;
      const updatedAt = now.toISOString();
      stored.set(seen.id, { ...known, ...heard, feedback: [...known.feedback, ...feedback], dueAt: null, updatedAt });
      held.delete(seen.id);
      return true;
    },
  };
};
