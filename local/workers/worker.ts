import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { LambdaFunction } from "../template/functions.ts";
import type { InvocationResult, InvokeMessage, WorkerMessage } from "./invocation.ts";

/** One execution environment of a function: a process that handles one invocation at a time. */
export interface Worker {
  readonly pid: number;
  /** Settled once the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Whether the process still runs. */
  isAlive(): boolean;
  /** Handles one event. Not to be called again before the former call is settled. Never rejects. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** Ends the process at once. What it was doing fails. */
  kill(): void;
}

/** What a worker is started with. */
export interface WorkerOptions {
  readonly fn: Pick<LambdaFunction, "label" | "arn" | "codeFolder" | "handler" | "timeoutSeconds">;
  /** The process's whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the function and its process print is appended here. */
  readonly logFile: string;
}

/** How long a bundle may take to load. Source: AWS Lambda developer guide, "Init phase". */
const INIT_TIMEOUT_MS = 10_000;

const BOOTSTRAP = join(import.meta.dirname, "bootstrap.ts");

/** Starts a process for a function and has it load the function's bundle. */
export const startWorker = ({ fn, environment, logFile }: WorkerOptions): Worker => {
  const child = forkBootstrap(fn, environment, logFile);
  let ending: InvocationResult | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", (code, signal) => {
      ending ??= exitError(signal === null ? `exit status ${code}` : `signal: ${signal}`);
      resolve();
    });
  });
  const dead = exited.then(() => ending ?? exitError("the process could not be started"));
  const ready = nextMessage(child).then((message) => {
    if (message.type === "init-failed") ending = { ok: false, error: message.error };
  });
  const killWith = (result: InvocationResult): void => {
    ending ??= result;
    child.kill("SIGKILL");
  };
  const within = async <T>(ms: number, what: string, work: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => killWith(timeoutError(what)), ms);
    return work.finally(() => clearTimeout(timer));
  };
  const initialized = within(
    INIT_TIMEOUT_MS,
    `Init timed out after ${INIT_TIMEOUT_MS / 1000} seconds`,
    Promise.race([ready, dead]),
  );

  return {
    pid: child.pid ?? 0,
    exited,
    isAlive: () => child.exitCode === null && child.signalCode === null && child.connected,
    invoke: async (event) => {
      await initialized;
      if (!child.connected || ending !== undefined) return dead;
      const timeoutMs = fn.timeoutSeconds * 1000;
      const answered = nextMessage(child).then((message) => (message.type === "done" ? message.result : dead));
      const request: InvokeMessage = {
        requestId: randomUUID(),
        event,
        deadlineMs: Date.now() + timeoutMs,
        functionArn: fn.arn,
      };
      // A failed send means that the process is ending, which `dead` tells.
      child.send(request, () => {});
      return within(
        timeoutMs,
        `Task timed out after ${fn.timeoutSeconds.toFixed(2)} seconds`,
        Promise.race([answered, dead]),
      );
    },
    kill: () => killWith(exitError("signal: killed")),
  };
};

const forkBootstrap = (
  { codeFolder, handler }: WorkerOptions["fn"],
  environment: WorkerOptions["environment"],
  logFile: string,
): ChildProcess => {
  const [file, exportName = "handler"] = handler.split(".");
  const log = openSync(logFile, "a");
  try {
    return fork(BOOTSTRAP, [join(codeFolder, `${file}.mjs`), exportName], {
      env: { ...environment },
      execArgv: [],
      stdio: ["ignore", log, log, "ipc"],
    });
  } finally {
    closeSync(log);
  }
};

const nextMessage = (child: ChildProcess): Promise<WorkerMessage> =>
  new Promise((resolve) => child.once("message", (message) => resolve(message as WorkerMessage)));

const exitError = (how: string): InvocationResult => ({
  ok: false,
  error: { errorType: "Runtime.ExitError", errorMessage: `Runtime exited with error: ${how}` },
});

const timeoutError = (what: string): InvocationResult => ({
  ok: false,
  error: { errorType: "Sandbox.Timedout", errorMessage: what },
});
