import type { HistoryReader } from "../../shared/admin/ports.ts";
import type { Delivery } from "../../shared/domain/delivery.ts";
import type { EventRecord } from "../../shared/domain/event-record.ts";
import { isWithin } from "../../shared/domain/scope.ts";

/** A history that never changes. A cursor is the number of items before the page. */
export const createMemoryHistory = (
  events: readonly EventRecord[],
  deliveries: readonly Delivery[],
): HistoryReader => ({
  event: async (scope, id) => events.find((event) => event.id === id && isWithin(event.scope, scope)),
  events: async (scope, { limit, cursor }) =>
    slice(
      events.filter((event) => isWithin(event.scope, scope)),
      limit,
      cursor,
    ),
  delivery: async (scope, id) => deliveries.find((delivery) => delivery.id === id && isWithin(delivery.scope, scope)),
  deliveries: async (scope, { limit, cursor }) =>
    slice(
      deliveries.filter((delivery) => isWithin(delivery.scope, scope)),
      limit,
      cursor,
    ),
});

const slice = <T>(all: readonly T[], limit: number, cursor = "0") => {
  const end = Number(cursor) + limit;
  return { items: all.slice(Number(cursor), end), cursor: end < all.length ? String(end) : undefined };
};
