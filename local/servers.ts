import { join } from "node:path";
import { type LocalDynamoDb, startDynamoDb } from "./aws/dynamodb.ts";
import { type LocalSqs, startSqs } from "./aws/sqs.ts";
import { type LocalServer, listen } from "./http-server.ts";
import { startInbox } from "./inbox/server.ts";
import { type Issuer, startIssuer } from "./issuer.ts";
import { readKeptPort, writeKeptPort } from "./kept-port.ts";

/** All servers of the stack: those that are complete on their own, and those that wait to be told what to serve. */
export interface Servers {
  readonly issuer: Issuer;
  readonly inbox: Awaited<ReturnType<typeof startInbox>>;
  readonly dynamodb: LocalDynamoDb;
  readonly sqs: LocalSqs;
  readonly events: LocalServer;
  readonly secrets: LocalServer;
  readonly lambda: LocalServer;
  readonly api: LocalServer;
}

/** How the servers are started. */
export interface ServerOptions {
  /** The HTTP API's server, started before the others. */
  readonly api: LocalServer;
  /** Existing folder for what is kept over restarts; everything is in memory without it. */
  readonly dataDir: string | undefined;
  /** Claim that the issuer's tokens hold their groups in. */
  readonly groupsClaim: string | undefined;
  /** Is given the way to stop each server as soon as that has started. */
  readonly onStarted: (stop: () => Promise<void>) => void;
}

/**
 * Starts all servers but the API's at once, each on 127.0.0.1.
 * @throws the error of the first that could not be started; `onStarted` has then been told of the others.
 */
export const startServers = async ({ api, dataDir, groupsClaim, onStarted }: ServerOptions): Promise<Servers> => {
  const started = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    onStarted(() => server.stop());
    return server;
  };
  const starting = {
    issuer: started(
      startIssuer({ groupsClaim, keyFile: dataDir === undefined ? undefined : join(dataDir, "issuer-key.json") }),
    ),
    inbox: started(startInboxWhereItWas(dataDir)),
    dynamodb: started(startDynamoDb(dataDir === undefined ? undefined : join(dataDir, "dynamodb"))),
    sqs: started(startSqs()),
    events: started(listen()),
    secrets: started(listen()),
    lambda: started(listen()),
  };
  await Promise.allSettled(Object.values(starting));
  return {
    api,
    issuer: await starting.issuer,
    inbox: await starting.inbox,
    dynamodb: await starting.dynamodb,
    sqs: await starting.sqs,
    events: await starting.events,
    secrets: await starting.secrets,
    lambda: await starting.lambda,
  };
};

/**
 * Kept mail settings name the inbox's port, so that it is kept with them; another port is taken when something else has
 * taken that one.
 */
const startInboxWhereItWas = async (dataDir: string | undefined): Promise<Servers["inbox"]> => {
  if (dataDir === undefined) return startInbox({});
  const file = join(dataDir, "inbox-port.json");
  const keptPort = await readKeptPort(file);
  const inbox = await (keptPort === undefined
    ? startInbox({})
    : startInbox({ smtpPort: keptPort }).catch(() => startInbox({})));
  writeKeptPort(file, inbox.smtpPort);
  return inbox;
};
