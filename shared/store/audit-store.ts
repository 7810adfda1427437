import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { AuditStore, Page, PageRequest } from "../admin/ports.ts";
import { type AuditEntry, auditHomeOf } from "../domain/audit.ts";
import { isWithin, type Scope, tenantOf } from "../domain/scope.ts";
import { auditKey, auditPartition } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   keep an entry                    put    AUDIT#<tenant> / <time>#<id>   if it is not there
 *   entries of a scope and below     query  AUDIT#<tenant>, descending, passing over those of other scopes
 */

/** Items asked for at once: for one of many scopes most are passed over. */
const ITEMS_AT_ONCE = 100;

/** Most items one page may look at. Such a page may end before it is full; its cursor leads on. */
const MAX_EXAMINED = 2_000;

/** Most bytes of entries on one page: a function answers at most 6 MB (Lambda developer guide, "Quotas"). */
const MAX_PAGE_BYTES = 3_000_000;

/** Our own cursors are shorter; a made-up one must not become a key that DynamoDB refuses (it takes 1,024 bytes). */
const MAX_CURSOR_CHARS = 300;

/** The audit trail in the config table, kept for good. */
export const createAuditStore = (table: Table): AuditStore => ({
  async append(entry) {
    // The SDK sends a write again whose answer was lost: then the entry is there already, and as it should be.
    await ifConditionHolds(() =>
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...auditKey(auditHomeOf(entry), entry.at, entry.id), v: LAYOUT, entry },
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      ),
    );
  },
  list: (scope, page) => listWithin(table, scope, page),
});

/** Layout of the items this version writes, and the only one it reads. */
const LAYOUT = 1;

const listWithin = async (table: Table, scope: Scope, page: PageRequest): Promise<Page<AuditEntry>> => {
  const items: AuditEntry[] = [];
  let examined = 0;
  let bytes = 0;
  for await (const item of walkBack(table, auditPartition(tenantOf(scope)), page.cursor)) {
    const entry = entryIn(item);
    if (entry !== undefined && isWithin(entry.scope, scope)) {
      items.push(entry);
      bytes += Buffer.byteLength(JSON.stringify(entry));
    }
    examined += 1;
    if (items.length === page.limit || bytes >= MAX_PAGE_BYTES || examined === MAX_EXAMINED) {
      return { items, cursor: String(item.sk) };
    }
  }
  return { items };
};

/** Only {@link createAuditStore} writes these items. */
const entryIn = (item: Readonly<Record<string, unknown>>): AuditEntry | undefined =>
  item.v === LAYOUT ? (item.entry as AuditEntry) : undefined;

/** The items of a partition from the newest on, or from where the cursor says. */
async function* walkBack(table: Table, pk: string, cursor: string | undefined) {
  let before = cursor?.slice(0, MAX_CURSOR_CHARS) || undefined;
  do {
    const found = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: before === undefined ? "pk = :pk" : "pk = :pk AND sk < :before",
        ExpressionAttributeValues: { ":pk": pk, ...(before === undefined ? {} : { ":before": before }) },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: ITEMS_AT_ONCE,
      }),
    );
    yield* found.Items ?? [];
    const lastKey = found.LastEvaluatedKey?.sk;
    before = lastKey === undefined ? undefined : String(lastKey);
  } while (before !== undefined);
}
