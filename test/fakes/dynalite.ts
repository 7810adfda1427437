import type { Server } from "node:http";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import type { Table } from "../../shared/store/table.ts";

/** Both tables on a DynamoDB of their own, in this process and in memory. */
export interface Tables {
  readonly config: Table;
  readonly deliveries: Table;
  /** Name of the index of waiting deliveries. */
  readonly dueIndex: string;
  stop(): Promise<void>;
}

const DUE_INDEX = "due";

const key = (name: string, type: "HASH" | "RANGE") => ({ AttributeName: name, KeyType: type });

const text = (name: string) => ({ AttributeName: name, AttributeType: "S" as const });

/** Starts dynalite on a free port and creates both tables with the keys the template gives them. */
export const startTables = async (): Promise<Tables> => {
  const server = dynalite({ createTableMs: 0 });
  const client = createDocumentClient({
    endpoint: `http://127.0.0.1:${await listen(server)}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await client.send(
    new CreateTableCommand({
      TableName: "config",
      KeySchema: [key("pk", "HASH"), key("sk", "RANGE")],
      AttributeDefinitions: [text("pk"), text("sk")],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: "deliveries",
      KeySchema: [key("pk", "HASH"), key("sk", "RANGE")],
      AttributeDefinitions: [text("pk"), text("sk"), text("dueShard"), text("dueAt")],
      GlobalSecondaryIndexes: [
        {
          IndexName: DUE_INDEX,
          KeySchema: [key("dueShard", "HASH"), key("dueAt", "RANGE")],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  return {
    config: { client, name: "config" },
    deliveries: { client, name: "deliveries" },
    dueIndex: DUE_INDEX,
    stop: () => stop(server, client),
  };
};

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("dynalite has no port"));
      else resolve(address.port);
    });
  });

const stop = (server: Server, client: DynamoDBDocumentClient): Promise<void> =>
  new Promise((resolve) => {
    client.destroy();
    server.close(() => resolve());
  });
