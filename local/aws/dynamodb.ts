import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import type { Table } from "../template/tables.ts";
import { localClientConfig } from "./client-config.ts";
import { AwsError, awsJsonListener } from "./json-protocol.ts";

/** DynamoDB as dynalite imitates it. */
export interface LocalDynamoDb {
  readonly url: string;
  /** Creates the tables that do not exist yet and waits until they can be used. */
  createTables(tables: readonly Table[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * What dynalite is answered for: it does not know that items may expire. The answer is the template's; nothing expires
 * in a local stack, which hardly ever lives as long as its items.
 */
const timeToLiveListener = (tables: readonly Table[]): RequestListener =>
  awsJsonListener("DynamoDB_20120810", {
    DescribeTimeToLive: ({ TableName }) => {
      const table = tables.find(({ name }) => name === TableName);
      if (table === undefined) throw new AwsError("ResourceNotFoundException", "Requested resource not found");
      const { ttlAttribute: AttributeName } = table;
      const TimeToLiveStatus = AttributeName === undefined ? "DISABLED" : "ENABLED";
      return { TimeToLiveDescription: { TimeToLiveStatus, AttributeName } };
    },
  });

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
      divert(server, ".DescribeTimeToLive", timeToLiveListener(tables));
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

/** Has requests for one operation answered by a listener, and all others as before. */
const divert = (server: Server, operation: string, listener: RequestListener): void => {
  const others = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers["x-amz-target"]?.toString().endsWith(operation)) listener(request, response);
    else for (const other of others) other.call(server, request, response);
  });
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
