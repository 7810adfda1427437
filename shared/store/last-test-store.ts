import { DeleteCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { NotedTest } from "../domain/last-test.ts";
import type { Scope } from "../domain/scope.ts";
import { lastTestKey } from "./keys.ts";
import type { Table } from "./table.ts";

/**
 * The latest connection test of a scope is one item: `{ pk, sk, lastTest }`. It is no document: `connect` may write the
 * attribute `lastTest` and nothing else of the table.
 *
 * read it     GetItem    TENANT#<tenant> / LASTTEST#<scope>   (consistent: administrators read what they just did)
 * write it    UpdateItem TENANT#<tenant> / LASTTEST#<scope>   set lastTest
 * delete it   DeleteItem TENANT#<tenant> / LASTTEST#<scope>   (with the settings, by those who may delete these)
 */
export interface LastTestStore {
  /** Undefined when none is kept. It may be of settings that were changed or deleted meanwhile. */
  get(scope: Scope): Promise<NotedTest | undefined>;
  put(scope: Scope, test: NotedTest): Promise<void>;
  remove(scope: Scope): Promise<void>;
}

/** The store of connection tests in the config table. */
export const createLastTestStore = (table: Table): LastTestStore => ({
  async get(scope) {
    const { Item: item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: lastTestKey(scope), ConsistentRead: true }),
    );
    return item?.lastTest;
  },
  async put(scope, test) {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: lastTestKey(scope),
        UpdateExpression: "SET #lastTest = :lastTest",
        ExpressionAttributeNames: { "#lastTest": "lastTest" },
        ExpressionAttributeValues: { ":lastTest": test },
      }),
    );
  },
  async remove(scope) {
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: lastTestKey(scope) }));
  },
});
