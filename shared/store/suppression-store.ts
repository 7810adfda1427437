import { randomUUID } from "node:crypto";
import { DeleteCommand, paginateQuery, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { SuppressionStore } from "../admin/ports.ts";
import { type Tenant, tenantOf } from "../domain/scope.ts";
import type { SuppressedKeys, Suppression } from "../domain/suppression.ts";
import { countChange } from "./count-change.ts";
import { SUPPRESSED_ADDRESS, suppressionKey, suppressionPartition, suppressionVersionKey } from "./keys.ts";
import { queryPage } from "./query-page.ts";
import type { Table } from "./table.ts";

/*
 * Access patterns
 *   put an address on the list  update  SUPPRESSIONS#<tenant> / ADDRESS#<key>   if it is not there: it keeps what it has
 *   take an address off         delete  SUPPRESSIONS#<tenant> / ADDRESS#<key>
 *   tell warm functions of it   update  SUPPRESSIONS#<tenant> / VERSION         add 1 to n, after the change
 *   addresses, in order         query   SUPPRESSIONS#<tenant> / ADDRESS#..., a page
 *   all addresses, by key only  query   SUPPRESSIONS#<tenant> / ADDRESS#...     only after a change
 */

/** Layout of the items this version writes, and the only one whose entries it reads. */
const LAYOUT = 1;

/**
 * Tenants' suppression lists in the config table. Each change is one write, and then the bump of the list's version:
 * also by one that finds everything done, so that repeating a change whose bump was lost tells of it.
 */
export const createSuppressionStore = (table: Table): SuppressionStore => ({
  async list(scope, page) {
    const { items, cursor } = await queryPage(table, suppressionPartition(tenantOf(scope)), SUPPRESSED_ADDRESS, page);
    return { items: items.flatMap((item) => entryIn(item) ?? []), cursor };
  },

  async add(scope, suppression, { by, at }) {
    const tenant = tenantOf(scope);
    const entry: Suppression = { ...suppression, createdAt: at.toISOString(), createdBy: by };
    // Tells whose entry it is: a write that the SDK repeats because its answer was lost finds its own.
    const entryId = randomUUID();
    const { Attributes = {} } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: suppressionKey(tenant, suppression.address),
        UpdateExpression:
          "SET entry = if_not_exists(entry, :entry), entryId = if_not_exists(entryId, :entryId), v = if_not_exists(v, :v)",
        ExpressionAttributeValues: { ":entry": entry, ":entryId": entryId, ":v": LAYOUT },
        ReturnValues: "ALL_NEW",
      }),
    );
    await countChange(table, suppressionVersionKey(tenant));
    const before = Attributes.entryId === entryId ? undefined : entryIn(Attributes);
    return { value: before ?? entry, before };
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

/** Everybody on a tenant's list, for the memory: the keys tell enough. */
export const readSuppressed = async ({ client, name }: Table, tenant: Tenant): Promise<SuppressedKeys> => {
  const pages = paginateQuery(
    { client },
    {
      TableName: name,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": suppressionPartition(tenant), ":prefix": SUPPRESSED_ADDRESS },
      ProjectionExpression: "sk",
      ConsistentRead: true,
    },
  );
  const keys = new Set<string>();
  for await (const { Items = [] } of pages) {
    for (const { sk } of Items) keys.add(String(sk).slice(SUPPRESSED_ADDRESS.length));
  }
  return keys;
};

/** Only {@link createSuppressionStore} writes these items. */
const entryIn = ({ v, entry }: Readonly<Record<string, unknown>>): Suppression | undefined => {
  if (v !== LAYOUT) return undefined;
  const { address, cause, reason, deliveryId, createdAt, createdBy } = entry as Suppression;
  return { address, cause, reason, deliveryId, createdAt, createdBy };
};
