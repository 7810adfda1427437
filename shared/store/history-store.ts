import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { HistoryReader } from "../admin/ports.ts";
import type { EventRecord } from "../domain/event-record.ts";
import { isWithin, type Scope, tenantOf } from "../domain/scope.ts";
import { pageOfDays } from "./day-walk.ts";
import { type DeliveryItem, toDelivery } from "./delivery-item.ts";
import { recordKey } from "./event-store.ts";
import { deliveryDayPartition, deliveryKey, eventDayPartition, receiptKey } from "./keys.ts";
import type { Key, Table } from "./table.ts";

/*
 * Access patterns
 *   one delivery            get    DELIVERIES#<tenant>#<day> / <id>
 *   deliveries, newest      query  DELIVERIES#<tenant>#<day>, descending, day after day
 *   events, newest          query  EVENTS#<tenant>#<day>, descending, day after day
 *   one event               get    EVENT#<tenant>#<id>, then its record in EVENTS#<tenant>#<day>
 */

/** Bus events are dated by their publishers' clocks, which may be ahead of ours. */
const CLOCK_MARGIN_MS = 86_400_000;

/** Reads what happened, as far back as it is kept. */
export const createHistoryReader = (table: Table, now: () => Date, retentionDays: number): HistoryReader => {
  const get = async (Key: Key) =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))).Item;

  const span = () => ({
    from: new Date(now().getTime() - (retentionDays + 1) * 86_400_000),
    to: new Date(now().getTime() + CLOCK_MARGIN_MS),
  });

  return {
    async event(scope, id) {
      const tenant = tenantOf(scope);
      const receipt = await get(receiptKey(tenant, id));
      if (receipt === undefined) return undefined;
      const busEventId = receipt.refusedAt === undefined ? undefined : String(receipt.busEventId);
      return recordWithin(scope, await get(recordKey(tenant, String(receipt.receivedAt), id, busEventId)));
    },

    events: (scope, page) =>
      pageOfDays(
        table,
        {
          partitionOf: (day) => eventDayPartition(tenantOf(scope), day),
          read: (item) => recordWithin(scope, item),
          ...span(),
        },
        page,
      ),

    async delivery(scope, id) {
      return deliveryWithin(scope, await get(deliveryKey(tenantOf(scope), id)));
    },

    deliveries: (scope, page) =>
      pageOfDays(
        table,
        {
          partitionOf: (day) => deliveryDayPartition(tenantOf(scope), day),
          read: (item) => deliveryWithin(scope, item),
          ...span(),
        },
        page,
      ),
  };
};

const recordWithin = (scope: Scope, item: Record<string, unknown> | undefined): EventRecord | undefined => {
  // Only the event store writes these items.
  const record = item?.record as EventRecord | undefined;
  return record !== undefined && isWithin(record.scope, scope) ? record : undefined;
};

const deliveryWithin = (scope: Scope, item: Record<string, unknown> | undefined) => {
  if (item === undefined) return undefined;
  const delivery = toDelivery(item as DeliveryItem);
  return isWithin(delivery.scope, scope) ? delivery : undefined;
};
