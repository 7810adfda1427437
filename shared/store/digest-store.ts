import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { DeliveryId } from "../domain/delivery.ts";
import type { Tenant } from "../domain/scope.ts";
import type { DigestStore } from "../flow/waiting-ports.ts";
import { digestPageKey, digestPartition } from "./keys.ts";
import { queryAll } from "./query-all.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   see what a digest holds   query   DIGEST#<tenant>#<delivery id>
 *   add events                update  DIGEST#<tenant>#<delivery id> / <page>   if open, and there is room
 *   close                     update  each page in turn, up to the first that is not full
 *
 * An event is in one page at most. It is added to page p + 1 only by somebody who saw page p full without it, and a
 * full page never changes. A page that was closed while it had room is the last one: nobody saw it full, so nothing is
 * added behind it. Closing therefore always finds the same events, and every later event finds the digest closed.
 */

/** Events of a page: each update of an item is paid by the item's size. */
const PAGE_SIZE = 100;

/** A page as it was read. */
interface Page {
  readonly eventIds: ReadonlySet<string>;
  readonly isClosed: boolean;
}

/** Digests in the deliveries table, kept for `retentionDays`. */
export const createDigestStore = (table: Table, retentionDays: number): DigestStore => {
  const expiresAt = (now: Date): number => Math.floor(now.getTime() / 1000) + Math.ceil(retentionDays * 86_400);

  /** Does nothing when the page was closed or filled meanwhile. */
  const addToPage = async (
    tenant: Tenant,
    id: DeliveryId,
    page: number,
    eventIds: readonly string[],
    now: Date,
  ): Promise<void> => {
    await ifConditionHolds(() =>
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: digestPageKey(tenant, id, page),
          UpdateExpression: "ADD eventIds :ids SET expiresAt = :expiresAt",
          ConditionExpression:
            "attribute_not_exists(closedAt) AND (attribute_not_exists(eventIds) OR size(eventIds) <= :most)",
          ExpressionAttributeValues: {
            ":ids": new Set(eventIds),
            ":expiresAt": expiresAt(now),
            ":most": PAGE_SIZE - eventIds.length,
          },
        }),
      ),
    );
  };

  const closePage = async (tenant: Tenant, id: DeliveryId, page: number, now: Date): Promise<Page> => {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: digestPageKey(tenant, id, page),
        UpdateExpression: "SET closedAt = :now, expiresAt = :expiresAt",
        ExpressionAttributeValues: { ":now": now.toISOString(), ":expiresAt": expiresAt(now) },
        ReturnValues: "ALL_NEW",
      }),
    );
    return toPage(Attributes ?? {});
  };

  return {
    async add(tenant, id, eventIds, now, begin) {
      for (;;) {
        const pages = await readPages(table, tenant, id);
        const known = new Set(eventIdsIn(pages));
        const missing = [...new Set(eventIds)].filter((eventId) => !known.has(eventId));
        const last = firstWithRoom(pages);
        const { eventIds: held, isClosed } = pages.get(last) ?? EMPTY;
        if (missing.length === 0 || isClosed) return missing;
        if (pages.size === 0) await begin();
        await addToPage(tenant, id, last, missing.slice(0, PAGE_SIZE - held.size), now);
      }
    },

    async close(tenant, id, now) {
      const eventIds: string[] = [];
      for (let page = 0; ; page += 1) {
        const closed = await closePage(tenant, id, page, now);
        eventIds.push(...closed.eventIds);
        if (!isFull(closed)) return eventIds.sort();
      }
    },
  };
};

/** The events of a digest so far. */
export const readDigest = async (table: Table, tenant: Tenant, id: DeliveryId): Promise<readonly string[]> =>
  eventIdsIn(await readPages(table, tenant, id)).sort();

const readPages = async (table: Table, tenant: Tenant, id: DeliveryId): Promise<ReadonlyMap<number, Page>> =>
  new Map((await queryAll(table, digestPartition(tenant, id))).map((item) => [Number(item.sk), toPage(item)]));

const eventIdsIn = (pages: ReadonlyMap<number, Page>): string[] =>
  [...pages.values()].flatMap(({ eventIds }) => [...eventIds]);

const EMPTY: Page = { eventIds: new Set(), isClosed: false };

/** A page is read at a time of its own: what stands behind a page with room, or without one, is not to be relied on. */
const firstWithRoom = (pages: ReadonlyMap<number, Page>): number => {
  let number = 0;
  while (isFull(pages.get(number) ?? EMPTY)) number += 1;
  return number;
};

const isFull = ({ eventIds }: Page): boolean => eventIds.size >= PAGE_SIZE;

const toPage = (item: Record<string, unknown>): Page => ({
  eventIds: item.eventIds instanceof Set ? item.eventIds : new Set(),
  isClosed: item.closedAt !== undefined,
});
