import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { Table } from "../template/tables.ts";
import { localClientConfig } from "./client-config.ts";
import type { ListeningMessage, TimeToLiveMessage } from "./dynamodb-process.ts";

/** DynamoDB as dynalite imitates it. */
export interface LocalDynamoDb {
  readonly url: string;
  /** Creates the tables that do not exist yet and waits until they can be used. */
  createTables(tables: readonly Table[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts dynalite on 127.0.0.1 and any free port, in a process of its own: it is the busiest of all servers, and what
 * one tenant writes is not to hold up the queues of the others.
 * @param path folder that keeps the tables over restarts; in memory without it.
 * @throws Error when it could not be started; it has said why on the standard error.
 */
export const startDynamoDb = async (path?: string): Promise<LocalDynamoDb> => {
  const child = fork(join(import.meta.dirname, "dynamodb-process.ts"), path === undefined ? [] : [path], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  const url = `http://127.0.0.1:${await portOf(child, exited)}`;
  return {
    url,
    createTables: async (tables) => {
      child.send(timeToLiveOf(tables));
      const client = new DynamoDBClient(localClientConfig(url));
      await Promise.all(tables.map((table) => createTable(client, table))).finally(() => client.destroy());
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
};

const portOf = async (child: ChildProcess, exited: Promise<void>): Promise<number> => {
  const listening = once(child, "message").then(([message]) => (message as ListeningMessage).port);
  const port = await Promise.race([listening, exited]);
  if (port === undefined) throw new Error("cannot start dynalite");
  return port;
};

const timeToLiveOf = (tables: readonly Table[]): TimeToLiveMessage =>
  Object.fromEntries(tables.map(({ name, ttlAttribute = null }) => [name, ttlAttribute]));

const createTable = async (client: DynamoDBClient, { name, definition }: Table): Promise<void> => {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = definition;
  await client
    .send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions,
        KeySchema,
        ...(GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes }),
      }),
    )
    .catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 30 }, { TableName: name });
};
