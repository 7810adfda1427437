import type { DeliveryControl, HistoryReader, Period } from "../../shared/admin/ports.ts";
import type { Delivery } from "../../shared/domain/delivery.ts";
import type { EventRecord } from "../../shared/domain/event-record.ts";
import { isWithin } from "../../shared/domain/scope.ts";

/** A history that nobody writes but the control over its deliveries. A cursor is the number of items before the page. */
export const createMemoryHistory = (
  events: readonly EventRecord[],
  given: readonly Delivery[],
): HistoryReader & DeliveryControl => {
  const deliveries = [...given];
  const change = (seen: Delivery, different: Partial<Delivery>): Delivery | undefined => {
    const index = deliveries.findIndex(
      ({ id, state, updatedAt }) => id === seen.id && state === seen.state && updatedAt === seen.updatedAt,
    );
    if (index < 0) return undefined;
    const changed = { ...seen, ...different };
    deliveries[index] = changed;
    return changed;
  };
  return {
    event: async (scope, id) => events.find((event) => event.id === id && isWithin(event.scope, scope)),
    events: async (scope, { limit, cursor }, { from, to, ...asked } = {}) =>
      slice(
        events.filter(
          (event) => isWithin(event.scope, scope) && isIn(event.receivedAt, { from, to }) && has(event, asked),
        ),
        limit,
        cursor,
      ),
    delivery: async (scope, id) => deliveries.find((delivery) => delivery.id === id && isWithin(delivery.scope, scope)),
    deliveries: async (scope, { limit, cursor }, { from, to, ...asked } = {}) =>
      slice(
        deliveries.filter(
          (delivery) =>
            isWithin(delivery.scope, scope) && isIn(delivery.createdAt, { from, to }) && has(delivery, asked),
        ),
        limit,
        cursor,
      ),
    requeue: async (seen, possibleDuplicate, at) =>
      change(seen, {
        state: "deferred",
        possibleDuplicate,
        dueAt: at.toISOString(),
        updatedAt: at.toISOString(),
      }),
    cancel: async (seen, at) => change(seen, { state: "cancelled", dueAt: null, updatedAt: at.toISOString() }),
  };
};

const isIn = (time: string, { from, to }: Period): boolean =>
  (from === undefined || new Date(time) >= from) && (to === undefined || new Date(time) < to);

const has = (item: object, asked: object): boolean =>
  Object.entries(asked).every(([field, value]) => value === undefined || Reflect.get(item, field) === value);

const slice = <T>(all: readonly T[], limit: number, cursor = "0") => {
  const end = Number(cursor) + limit;
  return { items: all.slice(Number(cursor), end), cursor: end < all.length ? String(end) : undefined };
};
