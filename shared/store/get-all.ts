import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import type { Key, Table } from "./table.ts";

/** Keys DynamoDB takes in one BatchGetItem (API reference, BatchGetItem). */
const MAX_BATCH = 100;

/** The items of these keys that exist, in no order, read consistently. */
export const getAll = async ({ client, name }: Table, keys: readonly Key[]): Promise<Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  let wanted = [...keys];
  while (wanted.length > 0) {
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [name]: { Keys: wanted.slice(0, MAX_BATCH), ConsistentRead: true } } }),
    );
    items.push(...(answer.Responses?.[name] ?? []));
    const unanswered = (answer.UnprocessedKeys?.[name]?.Keys ?? []) as Key[];
    wanted = [...unanswered, ...wanted.slice(MAX_BATCH)];
  }
  return items;
};
