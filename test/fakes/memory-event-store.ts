import type { PipelineEvent } from "../../shared/domain/event.ts";
import type { EventRecord } from "../../shared/domain/event-record.ts";
import type { Message } from "../../shared/domain/message.ts";
import type { Tenant } from "../../shared/domain/scope.ts";
import type { EventStore } from "../../shared/flow/ports.ts";

interface Receipt {
  readonly event?: PipelineEvent | Message;
  readonly said?: string;
  readonly busEventId: string;
  readonly receivedAt: string;
}

/** Keeps events in memory, as the table does: see `test/store/event-store.test.ts`. */
export const createMemoryEventStore = (): EventStore & { readonly records: () => EventRecord[] } => {
  const receipts = new Map<string, Receipt>();
  const records = new Map<string, EventRecord>();
  const keyOf = (tenant: Tenant, ...parts: readonly (string | undefined)[]) => JSON.stringify([tenant, ...parts]);
  const isTakenIn = (key: string) => receipts.get(key)?.event !== undefined;

  return {
    records: () => [...records.values()],

    async receive(tenant, event, busEventId, now) {
      const key = keyOf(tenant, event.id);
      const said = JSON.stringify({ ...event, time: undefined });
      const first = receipts.get(key);
      if (first === undefined || !isTakenIn(key)) {
        const receivedAt = now.toISOString();
        receipts.set(key, { event, said, busEventId, receivedAt });
        return { kind: "fresh", receivedAt };
      }
      if (first.busEventId !== busEventId) return { kind: first.said === said ? "duplicate" : "conflict" };
      return records.has(keyOf(tenant, first.receivedAt, event.id))
        ? { kind: "redelivery" }
        : { kind: "fresh", receivedAt: first.receivedAt };
    },

    async recordRouted(tenant, record) {
      records.set(keyOf(tenant, record.receivedAt, record.id), record);
    },

    async recordTurnedAway(tenant, record, busEventId) {
      const key = keyOf(tenant, record.id);
      if (!isTakenIn(key)) receipts.set(key, { busEventId, receivedAt: record.receivedAt });
      records.set(keyOf(tenant, record.receivedAt, record.id, busEventId), record);
    },

    async readMany(tenant, eventIds) {
      return eventIds.flatMap((id) => eventOf(receipts.get(keyOf(tenant, id))) ?? []);
    },

    async read(tenant, eventId) {
      return eventOf(receipts.get(keyOf(tenant, eventId)));
    },

    async readMessage(tenant, messageId) {
      const said = receipts.get(keyOf(tenant, messageId))?.event;
      return said !== undefined && "to" in said ? said : undefined;
    },
  };
};

const eventOf = (receipt: Receipt | undefined): PipelineEvent | undefined =>
  receipt?.event !== undefined && !("to" in receipt.event) ? receipt.event : undefined;
