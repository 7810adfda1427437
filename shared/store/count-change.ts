import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Key, Table } from "./table.ts";

/** A change that was not counted is in force after this time all the same: nothing is kept in memory for longer. */
export const HEALED_AFTER_MS = 60_000;

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
