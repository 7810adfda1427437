/**
 * What runs in the process of the local DynamoDB: dynalite, on 127.0.0.1 and any free port. It ends with the stack that
 * started it. Argument: the folder that keeps the tables over restarts; in memory without it.
 */
import { once } from "node:events";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import dynalite from "dynalite";
import { AwsError, awsJsonListener } from "./json-protocol.ts";

/** To the stack: where it listens. */
export interface ListeningMessage {
  readonly port: number;
}

/** From the stack: the attribute by which the items of each table expire, null when they do not. */
export type TimeToLiveMessage = Readonly<Record<string, string | null>>;

/**
 * What dynalite is answered for: it does not know that items may expire. The answer is the template's; nothing expires
 * in a local stack, which hardly ever lives as long as its items.
 */
const timeToLiveListener = (): RequestListener => {
  let attributes: TimeToLiveMessage = {};
  process.on("message", (message: TimeToLiveMessage) => {
    attributes = message;
  });
  return awsJsonListener("DynamoDB_20120810", {
    DescribeTimeToLive: ({ TableName }) => {
      const AttributeName = attributes[String(TableName)];
      if (AttributeName === undefined) {
        throw new AwsError("ResourceNotFoundException", "Requested resource not found");
      }
      return {
        TimeToLiveDescription:
          AttributeName === null ? { TimeToLiveStatus: "DISABLED" } : { TimeToLiveStatus: "ENABLED", AttributeName },
      };
    },
  });
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

const main = async (path: string | undefined): Promise<void> => {
  const server = dynalite({ createTableMs: 0, ...(path === undefined ? {} : { path }) });
  divert(server, ".DescribeTimeToLive", timeToLiveListener());
  // A terminal's interrupt reaches this process, too: it has to last until the stack has stopped.
  process.on("SIGINT", () => {});
  process.on("disconnect", () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("cannot tell the port of dynalite");
  process.send?.({ port: address.port } satisfies ListeningMessage);
};

await main(process.argv[2]);
