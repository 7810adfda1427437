import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { readStackFile, type StackDescription } from "../local/stack-file.ts";

/** How often the stack's description is looked for, in milliseconds. */
const LOOK_INTERVAL_MS = 20;

/** A local stack of a bench's own. */
export interface BenchStack {
  readonly description: StackDescription;
  /** From starting the process to the stack being ready, in milliseconds. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/**
 * Starts a local stack as a process of its own, on free ports and with a state folder that is removed afterwards.
 * @param flags those of `npm start`.
 * @throws Error with the stack's words when it ends before it is ready.
 */
export const startBenchStack = async (flags: readonly string[] = []): Promise<BenchStack> => {
  const stateDir = await mkdtemp(join(tmpdir(), "tidings-bench-"));
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [resolve(import.meta.dirname, "../local/start.ts"), "--state", stateDir, ...flags],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const complaints = text(child.stderr);
  const exited = once(child, "exit");

  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const stop = async (): Promise<void> => {
    if (isRunning()) child.kill("SIGTERM");
    await exited;
    await rm(stateDir, { recursive: true, force: true });
  };
  while (isRunning()) {
    const description = await readStackFile(stateDir).catch(() => undefined);
    if (description !== undefined) return { description, readyMs: performance.now() - started, stop };
    await new Promise((wake) => setTimeout(wake, LOOK_INTERVAL_MS));
  }
  await stop();
  throw new Error(`the local stack ended before it was ready: ${await complaints}`);
};
