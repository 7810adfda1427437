import type { Delivery } from "../../shared/domain/delivery.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import type { HeardDeliveries } from "../../shared/flow/feedback-ports.ts";

/** Keeps deliveries in memory, as the table does for feedback: see `test/store/heard-deliveries.test.ts`. */
export const createMemoryHeardDeliveries = (
  deliveries: readonly Delivery[],
): HeardDeliveries & { all(): Delivery[] } => {
  const stored = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  return {
    all: () => [...stored.values()],
    async find(tenant, id) {
      const found = stored.get(id);
      return found !== undefined && tenantOf(found.scope) === tenant ? found : undefined;
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
      return true;
    },
  };
};
