import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ListedStore } from "../admin/ports.ts";
import type { AwsSource } from "../domain/aws-source.ts";
import { parsePattern } from "../domain/pattern.ts";
import { parseScope } from "../domain/scope.ts";
import type { AwsSourceDirectory, RegisteredAwsSource } from "../flow/ports.ts";
import { readDocument } from "./document.ts";
import { getAll } from "./get-all.ts";
import { AWS_SOURCES, AWS_SOURCES_VERSION, awsSourceKey, documentKey } from "./keys.ts";
import { queryAll } from "./query-all.ts";
import type { Key, Table } from "./table.ts";

/*
 * Access patterns
 *   whether anything changed     get     AWSSOURCES / VERSION               once per batch that holds AWS events
 *   all AWS sources              query   AWSSOURCES                         only after a change
 *   what they are                batch   TENANT#<tenant> / AWSSOURCE#...    only after a change
 *   add one                      put     AWSSOURCES / <scope>#<id>          before its document is written
 *   drop one                     delete  AWSSOURCES / <scope>#<id>          after its document is deleted
 *   tell warm functions of it    update  AWSSOURCES / VERSION               add 1 to n
 *
 * An entry holds nothing but where the document is: one that leads nowhere does no harm, and none can be out of date.
 */

/** A change whose announcement was lost is in force after this time all the same. */
const MAX_AGE_MS = 60_000;

/** A store of AWS sources that also keeps the directory of those of all tenants. */
export const withDirectory = (table: Table, store: ListedStore<AwsSource>): ListedStore<AwsSource> => {
  const { client, name: TableName } = table;
  const announce = () =>
    client.send(
      new UpdateCommand({
        TableName,
        Key: AWS_SOURCES_VERSION,
        UpdateExpression: "ADD #n :one",
        ExpressionAttributeNames: { "#n": "n" },
        ExpressionAttributeValues: { ":one": 1 },
      }),
    );
  return {
    ...store,
    async put(scope, id, value, change) {
      await client.send(new PutCommand({ TableName, Item: awsSourceKey(scope, id) }));
      const written = await store.put(scope, id, value, change);
      if (written !== undefined) await announce();
      return written;
    },
    async remove(scope, id, change) {
      const removed = await store.remove(scope, id, change);
      if (removed === undefined) return undefined;
      await client.send(new DeleteCommand({ TableName, Key: awsSourceKey(scope, id) }));
      await announce();
      return removed;
    },
  };
};

/** The enabled AWS sources of all tenants, kept in memory while they do not change. */
export const createAwsSourceDirectory = (table: Table, now: () => Date): AwsSourceDirectory => {
  let known: { version: number; loadedAtMs: number; sources: readonly RegisteredAwsSource[] } | undefined;
  return {
    async load() {
      // The version is read before the sources: a change in between is seen with the next load.
      const version = await readVersion(table);
      const nowMs = now().getTime();
      if (known?.version !== version || nowMs - known.loadedAtMs >= MAX_AGE_MS) {
        known = { version, loadedAtMs: nowMs, sources: await readSources(table) };
      }
      return known.sources;
    },
  };
};

const readVersion = async ({ client, name }: Table): Promise<number> => {
  const { Item } = await client.send(
    new GetCommand({ TableName: name, Key: AWS_SOURCES_VERSION, ConsistentRead: true }),
  );
  return Number(Item?.n ?? 0);
};

const readSources = async (table: Table): Promise<RegisteredAwsSource[]> => {
  const entries = await queryAll(table, AWS_SOURCES);
  const items = await getAll(table, entries.flatMap(keyIn));
  return items.flatMap((item) => {
    const source = readDocument("AWSSOURCE", item)?.value;
    if (source?.enabled !== true) return [];
    const parsed = parsePattern(source.pattern);
    return "pattern" in parsed ? [{ scope: source.scope, pattern: parsed.pattern }] : [];
  });
};

/** Where an entry of the directory leads; the version is no entry. */
const keyIn = ({ sk }: Readonly<Record<string, unknown>>): Key[] => {
  const [place = "", id] = String(sk).split("#", 2);
  const scope = parseScope(place);
  return scope === undefined || id === undefined ? [] : [documentKey("AWSSOURCE", scope, id)];
};
