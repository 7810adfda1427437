import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { claimFolder } from "./claim-folder.ts";
import { seedDemo } from "./demo.ts";
import { listen } from "./http-server.ts";
import { runModel } from "./run-model.ts";
import { type Servers, startServers } from "./servers.ts";
import { type StackDescription, stackFileOf } from "./stack-file.ts";
import { writeFileAtomically } from "./state-files.ts";
import { readAssembly } from "./template/assembly.ts";
import { readModel, type StackModel } from "./template/model.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION, type Place } from "./template/place.ts";
import { synthesize } from "./template/synthesize.ts";
import type { Endpoints } from "./workers/environment.ts";

/** How a stack is started. Folders are absolute. */
export interface StackOptions {
  /** Root of the project: where `cdk.json` is. */
  readonly projectDir: string;
  /** Where the stack describes itself and keeps its logs. */
  readonly stateDir: string;
  /** Where tables and secrets are kept over restarts; in memory without it. */
  readonly dataDir: string | undefined;
  /** Deploy-time settings, as `cdk deploy -c key=value` takes them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Port of the HTTP API; 0 for any free one. */
  readonly port: number;
  /** Whether the demo tenant shall exist. */
  readonly demo: boolean;
  /** Milliseconds between the calls of scheduled functions, instead of the template's intervals. */
  readonly scheduleEveryMs: number | undefined;
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal | undefined;
  /** Tells the person who runs the stack. */
  readonly report: (message: string) => void;
}

/** A running stack. */
export interface Stack {
  readonly description: StackDescription;
  /** Folder of the functions' logs. */
  readonly logsDir: string;
  /** Ends everything and removes the stack's description. */
  stop(): Promise<void>;
}

/**
 * Runs the synthesized template on this machine. Ready when it returns.
 * @throws SynthError when the CDK app refuses the settings; Error when a folder is in use or the port is taken;
 * the signal's reason when that gives up the start.
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const logsDir = join(options.stateDir, "logs");
  await Promise.all([logsDir, options.dataDir].map((folder) => folder && mkdir(folder, { recursive: true })));
  const cleanups: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const description = await start(options, logsDir, (cleanup) => cleanups.push(cleanup));
    return { description, logsDir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const start = async (
  options: StackOptions,
  logsDir: string,
  onStop: (cleanup: () => Promise<void>) => void,
): Promise<StackDescription> => {
  const { projectDir, stateDir, dataDir, scheduleEveryMs, report, signal } = options;
  const api = await listen(options.port);
  onStop(() => api.stop());
  for (const folder of [stateDir, dataDir]) if (folder !== undefined) onStop(await claimFolder(folder, api.url));
  await rm(stackFileOf(stateDir), { force: true });

  const groupsClaim = options.settings["auth.groupsClaim"];
  const servers = await startServers({ api, dataDir, groupsClaim, onStarted: onStop });
  const outDir = join(stateDir, "cdk.out");
  await synthesize({ projectDir, outDir, settings: withLocalSettings(options.settings, servers), signal });
  const place = placeOf(servers);
  const model = readModel(await readAssembly(outDir), place);
  const endpoints = endpointsOf(servers);

  const workersFile = join(stateDir, "workers.json");
  onStop(() => rm(workersFile, { force: true }));
  onStop(await runModel({ model, place, servers, endpoints, workersFile, logsDir, dataDir, scheduleEveryMs, report }));

  signal?.throwIfAborted();
  const description = await describe(servers, endpoints, model, options.settings);
  if (options.demo && tokensAreAccepted(options.settings)) {
    await seedDemo({ apiUrl: description.apiUrl, token: description.tokens.systemAdmin, inbox: description.inbox });
  }
  onStop(() => rm(stackFileOf(stateDir), { force: true }));
  writeFileAtomically(stackFileOf(stateDir), `${JSON.stringify(description, null, 2)}\n`, 0o600);
  return description;
};

/** Settings that only this machine can know: the local issuer, and the inbox as a target that is not public. */
const withLocalSettings = (
  settings: StackOptions["settings"],
  { issuer, inbox }: Pick<Servers, "issuer" | "inbox">,
): Record<string, string> => ({
  ...(tokensAreAccepted(settings) ? { "auth.issuer": issuer.issuer, "auth.audience": issuer.audience } : {}),
  ...settings,
  "egress.allowedTargets": [settings["egress.allowedTargets"], `${inbox.smtpHost}:${inbox.smtpPort}`]
    .filter((targets) => targets !== undefined && targets.trim() !== "")
    .join(","),
});

/** Whether the API accepts the local issuer's tokens, and not those of another one named in the settings. */
const tokensAreAccepted = (settings: StackOptions["settings"]): boolean =>
  settings["auth.issuer"] === undefined && settings["auth.audience"] === undefined;

const placeOf = ({ sqs, api }: Servers): Place => ({
  region: LOCAL_REGION,
  accountId: LOCAL_ACCOUNT_ID,
  sqsUrl: sqs.url,
  apiUrl: api.url,
});

const endpointsOf = ({ events, sqs, dynamodb, secrets, lambda }: Servers): Endpoints => ({
  events: events.url,
  sqs: sqs.url,
  dynamodb: dynamodb.url,
  secretsmanager: secrets.url,
  lambda: lambda.url,
});

const describe = async (
  { api, inbox, issuer }: Servers,
  endpoints: Endpoints,
  { outputs }: StackModel,
  settings: StackOptions["settings"],
): Promise<StackDescription> => {
  const output = (name: keyof StackDescription["outputs"]): string => {
    const value = outputs[name];
    if (typeof value !== "string") throw new Error(`the template has no output ${name}`);
    return value;
  };
  const token = async (groups: string[]): Promise<string> => (tokensAreAccepted(settings) ? issuer.sign(groups) : "");
  return {
    apiUrl: api.url,
    region: LOCAL_REGION,
    endpoints,
    outputs: {
      busName: output("busName"),
      eventsQueueUrl: output("eventsQueueUrl"),
      eventsDlqUrl: output("eventsDlqUrl"),
      outboxQueueUrl: output("outboxQueueUrl"),
      outboxDlqUrl: output("outboxDlqUrl"),
      configTable: output("configTable"),
      deliveriesTable: output("deliveriesTable"),
    },
    inbox: { url: inbox.url, smtpHost: inbox.smtpHost, smtpPort: inbox.smtpPort },
    tokens: { systemAdmin: await token(["system:admin"]), acmeAdmin: await token(["acme:admin"]) },
    pid: process.pid,
    issuer: { issuer: issuer.issuer, audience: issuer.audience, tokenUrl: issuer.tokenUrl },
  };
};
