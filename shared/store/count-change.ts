import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Key, Table } from "./table.ts";

/** Adds one to the item that counts changes: whoever keeps in memory what was changed loads it again. */
export const countChange = async ({ client, name }: Table, key: Key): Promise<void> => {
  await client.send(
    new UpdateCommand({
      TableName: name,
      Key: key,
      UpdateExpression: "ADD #n :one",
      ExpressionAttributeNames: { "#n": "n" },
      ExpressionAttributeValues: { ":one": 1 },
    }),
  );
};
