import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import type { Table } from "../template/tables.ts";
import { localClientConfig } from "./client-config.ts";

/** DynamoDB as dynalite imitates it. */
export interface LocalDynamoDb {
  readonly url: string;
  /** Creates the tables that do not exist yet and waits until they can be used. */
  createTables(tables: readonly Table[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts dynalite on 127.0.0.1 and any free port.
 * @param path folder that keeps the tables over restarts; in memory without it.
 */
export const startDynamoDb = async (path?: string): Promise<LocalDynamoDb> => {
  const server = dynalite({ createTableMs: 0, ...(path === undefined ? {} : { path }) });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("cannot tell the port of dynalite");
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    createTables: async (tables) => {
      const client = new DynamoDBClient(localClientConfig(url));
      await Promise.all(tables.map((table) => createTable(client, table))).finally(() => client.destroy());
    },
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined || error === null ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};

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
