import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Page, PageRequest } from "../admin/ports.ts";
import type { Table } from "./table.ts";

/**
 * One page of the items of a partition whose sort keys begin with a prefix, in the order of their keys.
 * A cursor is what follows the prefix in the last item's key, so that no cursor can lead out of the list.
 */
export const queryPage = async (
  table: Table,
  partition: string,
  prefix: string,
  page: PageRequest,
): Promise<Page<Readonly<Record<string, unknown>>>> => {
  const answer = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: prefix === "" ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": partition, ...(prefix === "" ? {} : { ":prefix": prefix }) },
      ConsistentRead: true,
      // One more than asked for tells whether there is a next page.
      Limit: page.limit + 1,
      ...(page.cursor ? { ExclusiveStartKey: { pk: partition, sk: `${prefix}${page.cursor}` } } : {}),
    }),
  );
  const found = answer.Items ?? [];
  const items = found.slice(0, page.limit);
  // DynamoDB also ends a page at 1 MB (developer guide, "Paginating table query results").
  const more = found.length > page.limit || answer.LastEvaluatedKey !== undefined;
  const last = items.at(-1);
  return { items, cursor: more && last !== undefined ? String(last.sk).slice(prefix.length) : undefined };
};
