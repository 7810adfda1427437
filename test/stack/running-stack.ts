import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { localClientConfig } from "../../local/aws/client-config.ts";
import type { Message } from "../../local/inbox/message.ts";
import { readStackFile, type StackDescription } from "../../local/stack-file.ts";
import { eventually } from "./eventually.ts";

/** An event for the bus. */
export interface PublishedEvent {
  readonly source: string;
  /** Text is published as it is. */
  readonly detail: object | string;
  readonly detailType?: string;
}

/** What tests read of an event record or a delivery; the state is a delivery's alone. */
export interface ApiItem {
  readonly id: string;
  readonly scope: string;
  readonly status: string;
  readonly reason: string;
  readonly rules: readonly { readonly id: string; readonly matched: boolean }[];
  readonly recipients: readonly { readonly address: string; readonly outcome: string }[];
  readonly eventId: string;
  readonly recipient: string;
  readonly state: string | undefined;
  readonly possibleDuplicate: boolean;
  readonly attempts: readonly object[];
  readonly action: string;
  readonly target: string;
  readonly changes: readonly object[];
}

/** An answer of the API; `items` and `nextCursor` are those of a list. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  readonly body: { readonly items: readonly ApiItem[]; readonly nextCursor: string | null };
}

/** A local stack in a process of its own, as `npm start` runs it. */
export interface RunningStack {
  readonly description: StackDescription;
  readonly stateDir: string;
  /** Calls the API as `system:admin`. Paths are below `/v1`; every answer is kept in `answers`. */
  api(method: string, path: string, body?: object): Promise<ApiAnswer>;
  /** Texts of all answers so far. */
  readonly answers: readonly string[];
  /** Publishes through the SDK, ten entries a call as EventBridge allows. */
  publish(events: readonly PublishedEvent[]): Promise<void>;
  /** What the inbox holds for a recipient, newest first. */
  mailsTo(recipient: string): Promise<Message[]>;
  /** Waits until the inbox holds at least as many mails for a recipient. */
  arrivalOf(count: number, recipient: string): Promise<Message[]>;
  /** Process ids of a function's environments. */
  workersOf(name: string): Promise<number[]>;
  /** Everything the stack has written: its own output and the functions' logs. */
  logs(): Promise<string>;
  /** Stops it the way a person does. */
  stop(): Promise<void>;
}

const PROJECT = resolve(import.meta.dirname, "../..");

/** Starts `npm start` with these flags on top of `--no-demo` and a state folder of its own. */
export const startStack = async (flags: readonly string[] = []): Promise<RunningStack> => {
  const stateDir = await mkdtemp(join(tmpdir(), "tidings-stack-"));
  const child = spawn(process.execPath, ["local/start.ts", "--no-demo", "--state", stateDir, ...flags], {
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  const lines = (stream: NodeJS.ReadableStream) =>
    createInterface({ input: stream }).on("line", (line) => said.push(line));
  const [output] = [lines(child.stdout), lines(child.stderr)];
  await ready(child, output, said);
  const description = await readStackFile(stateDir);
  const answers: string[] = [];
  const bus = new EventBridgeClient(localClientConfig(description.endpoints.events));

  const mailsTo = async (recipient: string): Promise<Message[]> => {
    const response = await fetch(`${description.inbox.url}/api/messages`);
    const mails = (await response.json()) as Message[];
    return mails.filter(({ envelope }) => envelope.to.includes(recipient));
  };
  return {
    description,
    stateDir,
    answers,
    mailsTo,
    api: async (method, path, body) => {
      const answer = await callApi(description, method, path, body);
      answers.push(answer.text);
      return answer;
    },
    publish: (events) => publish(bus, description.outputs.busName, events),
    arrivalOf: (count, recipient) =>
      eventually(`the arrival of ${count} mails for ${recipient}`, async () => {
        const arrived = await mailsTo(recipient);
        return arrived.length >= count ? arrived : undefined;
      }),
    workersOf: async (name) => {
      const workers: { function: string; pid: number }[] = JSON.parse(
        await readFile(join(stateDir, "workers.json"), "utf8"),
      );
      return workers.filter((worker) => worker.function === name).map(({ pid }) => pid);
    },
    logs: async () => {
      const folder = join(stateDir, "logs");
      const files = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), "utf8")));
      return [...said, ...files].join("\n");
    },
    stop: async () => {
      bus.destroy();
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      await rm(stateDir, { recursive: true, force: true });
    },
  };
};

/** Resolves with the banner; rejects with what the stack said when it ends instead. */
const ready = (child: ChildProcess, output: NodeJS.EventEmitter, said: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    output.on("line", (line: string) => {
      if (line.includes("Ctrl-C stops it.")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`the stack ended with ${code}: ${said.join("\n")}`)));
  });

const callApi = async (
  { apiUrl, tokens }: StackDescription,
  method: string,
  path: string,
  body?: object,
): Promise<ApiAnswer> => {
  const response = await fetch(`${apiUrl}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens.systemAdmin}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text === "" ? "{}" : text) };
};

const publish = async (bus: EventBridgeClient, busName: string, events: readonly PublishedEvent[]): Promise<void> => {
  for (let first = 0; first < events.length; first += 10) {
    const answer = await bus.send(
      new PutEventsCommand({
        Entries: events.slice(first, first + 10).map(({ source, detail, detailType }) => ({
          EventBusName: busName,
          Source: source,
          DetailType: detailType ?? "Pipeline Event",
          Detail: typeof detail === "string" ? detail : JSON.stringify(detail),
        })),
      }),
    );
    if (answer.FailedEntryCount !== 0) throw new Error(`the bus refused events: ${JSON.stringify(answer.Entries)}`);
  }
};
