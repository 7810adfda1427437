import { randomUUID } from "node:crypto";
import { DeleteCommand, paginateQuery, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { SuppressionStore } from "../admin/ports.ts";
import { type Tenant, tenantOf } from "../domain/scope.ts";
import {
  type Standing,
  type Suppression,
  type SuppressionList,
  standingFor,
  takesPlaceOf,
} from "../domain/suppression.ts";
import { countChange, HEALED_AFTER_MS } from "./count-change.ts";
import { SUPPRESSED_ADDRESS, suppressionKey, suppressionPartition, suppressionVersionKey } from "./keys.ts";
import { queryPage } from "./query-page.ts";
import { ifConditionHolds, type Key, type Table } from "./table.ts";

/*
 * Access patterns
 *   put an address on the list  update  SUPPRESSIONS#<tenant> / ADDRESS#<key>   if it is not there: it keeps what it has
 *   outdo an entry              update  SUPPRESSIONS#<tenant> / ADDRESS#<key>   if it is still the one that was found
 *   take an address off         delete  SUPPRESSIONS#<tenant> / ADDRESS#<key>
 *   tell warm functions of it   update  SUPPRESSIONS#<tenant> / VERSION         add 1 to n, after the change
 *   addresses, in order         query   SUPPRESSIONS#<tenant> / ADDRESS#..., a page
 *   all addresses with causes   query   SUPPRESSIONS#<tenant> / ADDRESS#...     only after a change
 */

/** Layout of the items this version writes, and the only one whose entries it reads. */
const LAYOUT = 1;

/**
 * Tenants' suppression lists in the config table. Each change is one write, and then the bump of the list's version:
 * also by one that finds everything done, so that repeating a change whose bump was lost tells of it. Only while it may
 * not have healed by itself: each bump makes everybody load the list, and anybody who holds a mail can repeat.
 */
export const createSuppressionStore = (table: Table): SuppressionStore => ({
  async list(scope, page) {
    const { items, cursor } = await queryPage(table, suppressionPartition(tenantOf(scope)), SUPPRESSED_ADDRESS, page);
    return { items: items.flatMap((item) => entryIn(item) ?? []), cursor };
  },

  async add(scope, suppression, { by, at }) {
    const tenant = tenantOf(scope);
    const entry: Suppression = { ...suppression, createdAt: at.toISOString(), createdBy: by };
    const before = await putEntry(table, suppressionKey(tenant, suppression.address), entry);
    const stays = before !== undefined && !takesPlaceOf(entry.cause, before.cause);
    if (!stays || at.getTime() - Date.parse(before.createdAt) < HEALED_AFTER_MS) {
      await countChange(table, suppressionVersionKey(tenant));
    }
    return { value: stays ? before : entry, before };
  },

  async remove(scope, address) {
    const tenant = tenantOf(scope);
    const { Attributes = {} } = await table.client.send(
      new DeleteCommand({ TableName: table.name, Key: suppressionKey(tenant, address), ReturnValues: "ALL_OLD" }),
    );
    await countChange(table, suppressionVersionKey(tenant));
    return { before: entryIn(Attributes) };
  },
});

/**
 * Puts an entry where there is none, or in the place of one that it outdoes. Answers what was there before. Its id tells
 * whose an entry is: a write that the SDK repeats because its answer was lost finds its own.
 */
const putEntry = async (table: Table, key: Key, entry: Suppression): Promise<Suppression | undefined> => {
  const entryId = randomUUID();
  let outdone: Suppression | undefined;
  // Goes on only after somebody else, or an own write whose answer was lost, changed the entry in between.
  for (;;) {
    const found = await putFirst(table, key, entry, entryId);
    if (found.entryId === entryId) return outdone;
    const known = entryIn(found);
    if (known === undefined || !takesPlaceOf(entry.cause, known.cause)) return known;
    if (await outdo(table, key, { entry, entryId }, found.entryId)) return known;
    outdone = known;
  }
};

/** Puts an entry if there is none, and answers the item as it is then. */
const putFirst = async ({ client, name }: Table, key: Key, entry: Suppression, entryId: string) => {
  const { Attributes = {} } = await client.send(
    new UpdateCommand({
      TableName: name,
      Key: key,
      UpdateExpression:
        "SET entry = if_not_exists(entry, :entry), entryId = if_not_exists(entryId, :entryId), v = if_not_exists(v, :v)",
      ExpressionAttributeValues: { ":entry": entry, ":entryId": entryId, ":v": LAYOUT },
      ReturnValues: "ALL_NEW",
    }),
  );
  return Attributes;
};

/** Puts an entry in the place of the one with that id. False: it is not there any more. */
const outdo = async (
  table: Table,
  key: Key,
  { entry, entryId }: { readonly entry: Suppression; readonly entryId: string },
  outdoneId: unknown,
): Promise<boolean> => {
  const write = new UpdateCommand({
    TableName: table.name,
    Key: key,
    UpdateExpression: "SET entry = :entry, entryId = :entryId",
    ConditionExpression: "entryId = :outdoneId",
    ExpressionAttributeValues: { ":entry": entry, ":entryId": entryId, ":outdoneId": outdoneId },
  });
  return (await ifConditionHolds(() => table.client.send(write))) !== undefined;
};

/** How everybody on a tenant's list stands, for the memory: keys and causes tell enough. */
export const readSuppressed = async ({ client, name }: Table, tenant: Tenant): Promise<SuppressionList> => {
  const pages = paginateQuery(
    { client },
    {
      TableName: name,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": suppressionPartition(tenant), ":prefix": SUPPRESSED_ADDRESS },
      ProjectionExpression: "sk, entry.cause",
      ConsistentRead: true,
    },
  );
  const standings = new Map<string, Standing>();
  for await (const { Items = [] } of pages) {
    for (const { sk, entry } of Items) {
      standings.set(String(sk).slice(SUPPRESSED_ADDRESS.length), standingFor(entry?.cause));
    }
  }
  return standings;
};

/** Only {@link createSuppressionStore} writes these items. */
const entryIn = ({ v, entry }: Readonly<Record<string, unknown>>): Suppression | undefined => {
  if (v !== LAYOUT) return undefined;
  const { address, cause, reason, deliveryId, createdAt, createdBy } = entry as Suppression;
  return { address, cause, reason, deliveryId, createdAt, createdBy };
};
