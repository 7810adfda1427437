import type { HistoryReader } from "../../shared/admin/ports.ts";
import { type DeliveryId, deliveryIdOf } from "../../shared/domain/delivery.ts";
import type { EventRecord } from "../../shared/domain/event-record.ts";
import { type Scope, tenantOf } from "../../shared/domain/scope.ts";
import type { EventStore } from "../../shared/flow/ports.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createEventStore } from "../../shared/store/event-store.ts";
import { createHistoryReader } from "../../shared/store/history-store.ts";
import { addressOf, aJob, aRecord, later, NOW, scopeOf } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";

/** Days the history reaches back. */
export const RETENTION_DAYS = 12;

/** A history in a table of its own, with the means to make it. */
export interface RecordedHistory extends Pick<Tables, "deliveries" | "stop"> {
  readonly history: HistoryReader;
  readonly events: EventStore;
  /** A tenant without a history. */
  readonly aTenant: () => Scope;
  /** Records an event as routed. */
  readonly route: (
    scope: Scope,
    id: string,
    receivedAt: Date,
    different?: Partial<EventRecord>,
  ) => Promise<EventRecord>;
  /** Begins a delivery to somebody of this name. */
  readonly claim: (scope: Scope, name: string, time: Date) => Promise<DeliveryId>;
}

/** A scope below another. */
export const below = (scope: Scope, name: string): Scope => scopeOf(`${scope}.${name}`);

/** Starts dynalite with an empty history, as of {@link NOW}. */
export const startHistory = async (): Promise<RecordedHistory> => {
  const { deliveries, stop } = await startTables();
  const events = createEventStore(deliveries, RETENTION_DAYS);
  const store = createDeliveryStore(deliveries, RETENTION_DAYS);
  let tenants = 0;
  return {
    deliveries,
    stop,
    history: createHistoryReader(deliveries, () => NOW, RETENTION_DAYS),
    events,
    aTenant: () => {
      tenants += 1;
      return scopeOf(`tenant-${tenants}`);
    },
    async route(scope, id, receivedAt, different = {}) {
      const record = aRecord({ id, scope, receivedAt: receivedAt.toISOString(), ...different });
      await events.recordRouted(tenantOf(scope), record);
      return record;
    },
    async claim(scope, name, time) {
      const recipient = addressOf(`${name}@acme.example`);
      const deliveryId = deliveryIdOf(tenantOf(scope), "evt-1", recipient, time.toISOString());
      await store.claim(aJob({ scope, deliveryId, recipient }), "<id@x.example>", later(30).toISOString(), time);
      return deliveryId;
    },
  };
};
