import { paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { Table } from "./table.ts";

/** All items of a partition whose sort keys begin with `prefix`, read consistently. For partitions that fit memory. */
export const queryAll = async (
  table: Table,
  partition: string,
  prefix?: string,
): Promise<Record<string, unknown>[]> => {
  const pages = paginateQuery(
    { client: table.client },
    {
      TableName: table.name,
      KeyConditionExpression: prefix === undefined ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": partition, ...(prefix === undefined ? {} : { ":prefix": prefix }) },
      ConsistentRead: true,
    },
  );
  const items: Record<string, unknown>[] = [];
  for await (const page of pages) items.push(...(page.Items ?? []));
  return items;
};
