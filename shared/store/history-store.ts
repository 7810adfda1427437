import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { DeliveryFilter, EventFilter, HistoryReader, Period } from "../admin/ports.ts";
import { addressKey } from "../domain/address.ts";
import { type Delivery, deliveryIdStart } from "../domain/delivery.ts";
import { isDigestId } from "../domain/digest.ts";
import type { EventRecord } from "../domain/event-record.ts";
import { isWithin, type Scope, type Tenant, tenantOf } from "../domain/scope.ts";
import { pageOfDays } from "./day-walk.ts";
import { type DeliveryItem, toDelivery } from "./delivery-item.ts";
import { readDigest } from "./digest-store.ts";
import { recordKey } from "./event-store.ts";
import { deliveryDayPartition, deliveryKey, eventDayPartition, receiptKey } from "./keys.ts";
import type { Key, Table } from "./table.ts";

/*
 * Access patterns
 *   one delivery            get    DELIVERIES#<tenant>#<day> / <id>; of a digest, query DIGEST#<tenant>#<id>
 *   deliveries, newest      query  DELIVERIES#<tenant>#<day>, descending, day after day
 *   deliveries of an event  get    EVENT#<tenant>#<id>, then those of that moment
 *   events, newest          query  EVENTS#<tenant>#<day>, descending, day after day
 *   one event               get    EVENT#<tenant>#<id>, then its record in EVENTS#<tenant>#<day>
 */

/** Bus events are dated by their publishers' clocks, which may be ahead of ours. */
const CLOCK_MARGIN_MS = 86_400_000;

const DAY_MS = 86_400_000;

/** Events of a digest that are named: far less than the 6 MB that a function may answer. */
const MAX_EVENT_IDS = 1000;

/** Reads what happened, as far back as it is kept. */
export const createHistoryReader = (table: Table, now: () => Date, retentionDays: number): HistoryReader => {
  const get = async (Key: Key) =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))).Item;

  const span = ({ from, to }: Period) => ({
    from: new Date(Math.max(from?.getTime() ?? 0, now().getTime() - (retentionDays + 1) * DAY_MS)),
    to: new Date(Math.min(to?.getTime() ?? Number.POSITIVE_INFINITY, now().getTime() + CLOCK_MARGIN_MS)),
  });

  /** When an event or a message came in: its mails have ids of that moment. Others, such as digests, have no receipt. */
  const momentOf = async (tenant: Tenant, eventId: string): Promise<Period> => {
    const receipt = await get(receiptKey(tenant, eventId));
    if (receipt === undefined) return {};
    const from = new Date(String(receipt.receivedAt));
    return { from, to: new Date(from.getTime() + 1) };
  };

  return {
    async event(scope, id) {
      const tenant = tenantOf(scope);
      const receipt = await get(receiptKey(tenant, id));
      if (receipt === undefined) return undefined;
      const busEventId = receipt.refusedAt === undefined ? undefined : String(receipt.busEventId);
      return recordWithin(scope, await get(recordKey(tenant, String(receipt.receivedAt), id, busEventId)));
    },

    events: (scope, page, filter = {}) =>
      pageOfDays(
        table,
        {
          partitionOf: (day) => eventDayPartition(tenantOf(scope), day),
          keyOf: (time) => time.toISOString(),
          read: (item) => only(recordWithin(scope, item), (record) => isAskedEvent(record, filter)),
          ...span(filter),
        },
        page,
      ),

    async delivery(scope, id) {
      const delivery = deliveryWithin(scope, await get(deliveryKey(tenantOf(scope), id)));
      if (delivery === undefined || !isDigestId(delivery.eventId)) return delivery;
      const eventIds = await readDigest(table, tenantOf(scope), id);
      return { ...delivery, eventIds: eventIds.slice(0, MAX_EVENT_IDS) };
    },

    async deliveries(scope, page, filter = {}) {
      const moment = filter.eventId === undefined ? {} : await momentOf(tenantOf(scope), filter.eventId);
      const list = {
        partitionOf: (day: string) => deliveryDayPartition(tenantOf(scope), day),
        keyOf: deliveryIdStart,
        read: (item: Record<string, unknown>) =>
          only(deliveryWithin(scope, item), (delivery) => isAskedDelivery(delivery, filter)),
        ...span(overlap(filter, moment)),
      };
      return pageOfDays(table, list, page);
    },
  };
};

/** The part of a period that lies in another. */
const overlap = (period: Period, { from, to }: Period): Period => ({
  from: from === undefined || (period.from !== undefined && period.from > from) ? period.from : from,
  to: to === undefined || (period.to !== undefined && period.to < to) ? period.to : to,
});

const only = <T>(value: T | undefined, isAsked: (value: T) => boolean): T | undefined =>
  value !== undefined && isAsked(value) ? value : undefined;

/** Whether a value is the one that is asked for; nothing asked for is everything. */
const fits = <T>(value: T, asked: T | undefined): boolean => asked === undefined || value === asked;

const isAskedEvent = (record: EventRecord, { type, status }: EventFilter): boolean =>
  fits(record.type, type) && fits(record.status, status);

const isAskedDelivery = (delivery: Delivery, { state, recipient, pipelineId, eventId }: DeliveryFilter): boolean =>
  fits(delivery.state, state) &&
  fits(delivery.pipelineId, pipelineId) &&
  fits(delivery.eventId, eventId) &&
  fits(addressKey(delivery.recipient), recipient && addressKey(recipient));

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
