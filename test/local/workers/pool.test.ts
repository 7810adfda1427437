import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listen } from "../../../local/http-server.ts";
import type { InvocationResult } from "../../../local/workers/invocation.ts";
import { createWorkerPool, type WorkerPool } from "../../../local/workers/pool.ts";
import { createWorkerRegistry } from "../../../local/workers/registry.ts";
import { startWorker } from "../../../local/workers/worker.ts";

let folder: string;
let workersFile: string;
const pools: WorkerPool[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "workers-"));
  workersFile = join(folder, "workers.json");
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
  await rm(folder, { recursive: true });
});

const createPool = ({ limit = 1, timeoutSeconds = 20, handler = "index.handler" } = {}): WorkerPool => {
  const registry = createWorkerRegistry(workersFile);
  const codeFolder = join(import.meta.dirname, "fixtures");
  const fn = { label: "deliver", arn: "arn:aws:lambda:::function:deliver", codeFolder, handler, timeoutSeconds };
  const pool = createWorkerPool({
    limit,
    start: () => startWorker({ fn, environment: { TABLE: "t1" }, logFile: join(folder, "deliver.log") }),
    onStart: ({ pid }) => registry.add({ function: fn.label, pid }),
    onExit: ({ pid }) => registry.remove(pid),
  });
  pools.push(pool);
  return pool;
};

const answerOf = (result: InvocationResult) => {
  if (!result.ok) throw new Error(result.error.errorMessage);
  return JSON.parse(result.payload);
};

const workers = async (): Promise<{ function: string; pid: number }[]> =>
  JSON.parse(await readFile(workersFile, "utf8"));

describe("a worker pool", () => {
  test("starts no process before the first event", async () => {
    createPool();

    expect(await workers()).toEqual([]);
  });

  test("starts a process for whoever is new, and keeps the others' for them", async () => {
    const pool = createPool({ limit: 2 });
    const pidFor = async (whom: string) => answerOf(await pool.invoke({ act: "echo" }, whom)).pid;
    const quiet = await pidFor("quiet");
    const noisy = await pidFor("noisy");

    const again = [await pidFor("quiet"), await pidFor("noisy"), await pidFor("quiet")];
    const third = await pidFor("third");

    expect(noisy).not.toBe(quiet);
    expect(again).toEqual([quiet, noisy, quiet]);
    // No more may be started: the one used last serves whoever comes.
    expect(third).toBe(quiet);
  });

  test("handles events one after the other in the same process, with the given environment alone", async () => {
    const pool = createPool();

    const first = answerOf(await pool.invoke({ act: "echo", n: 1 }));
    const second = answerOf(await pool.invoke({ act: "echo", n: 2 }));

    expect(first.event).toEqual({ act: "echo", n: 1 });
    expect(second.pid).toBe(first.pid);
    expect(first.environment).toMatchObject({ TABLE: "t1" });
    expect(first.environment).not.toHaveProperty("PATH");
    expect(await workers()).toEqual([{ function: "deliver", pid: first.pid }]);
  });

  test("gives the handler a context", async () => {
    const context = answerOf(await createPool().invoke({ act: "context" }));

    expect(context.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(context.remainingMs).toBeGreaterThan(0);
    expect(context.remainingMs).toBeLessThanOrEqual(20_000);
  });

  test("never has more workers than its limit, and uses all of them at the same time", async () => {
    const pool = createPool({ limit: 3 });
    const callers: ServerResponse[] = [];
    const meetingPoint = await listen();
    meetingPoint.serve((_request, response) => {
      callers.push(response);
      if (callers.length === 3) for (const caller of callers.splice(0)) caller.end("met");
    });

    const results = await Promise.all(
      Array.from({ length: 6 }, () => pool.invoke({ act: "meet", url: meetingPoint.url })),
    );

    expect(results.map(answerOf)).toEqual(Array.from({ length: 6 }, () => "met"));
    expect(await workers()).toHaveLength(3);
    await meetingPoint.stop();
  });

  test("fails an invocation whose handler throws, and keeps the process", async () => {
    const pool = createPool();
    const before = answerOf(await pool.invoke({ act: "echo" }));

    const failed = await pool.invoke({ act: "throw" });

    expect(failed).toMatchObject({ ok: false, error: { errorType: "RangeError", errorMessage: "too far" } });
    expect(answerOf(await pool.invoke({ act: "echo" })).pid).toBe(before.pid);
  });

  test("fails an invocation whose process ends, and replaces the process", async () => {
    const pool = createPool();
    const before = answerOf(await pool.invoke({ act: "echo" }));

    const failed = await pool.invoke({ act: "exit" });

    expect(failed).toMatchObject({ ok: false, error: { errorMessage: "Runtime exited with error: exit status 3" } });
    expect(answerOf(await pool.invoke({ act: "echo" })).pid).not.toBe(before.pid);
  });

  test("fails the invocation under way when somebody kills the process, and goes on with the next", async () => {
    const pool = createPool();
    const { pid } = answerOf(await pool.invoke({ act: "echo" }));

    const underWay = pool.invoke({ act: "hang" });
    const next = pool.invoke({ act: "echo" });
    process.kill(pid, "SIGKILL");

    expect(await underWay).toMatchObject({
      ok: false,
      error: { errorMessage: "Runtime exited with error: signal: SIGKILL" },
    });
    const replacement = answerOf(await next);
    expect(replacement.pid).not.toBe(pid);
    expect(await workers()).toEqual([{ function: "deliver", pid: replacement.pid }]);
  });

  test("kills a process at the function's timeout", async () => {
    const pool = createPool({ timeoutSeconds: 1 });

    const failed = await pool.invoke({ act: "hang" });

    expect(failed).toMatchObject({ ok: false, error: { errorMessage: "Task timed out after 1.00 seconds" } });
    expect(answerOf(await pool.invoke({ act: "echo" })).event).toEqual({ act: "echo" });
  });

  test.each([
    { title: "cannot be loaded", handler: "broken.handler", says: "broken bundle" },
    { title: "lacks the handler", handler: "index.main", says: "exports no function named main" },
    { title: "is not there", handler: "nothing.handler", says: "Cannot find module" },
  ])("fails every invocation when the bundle $title", async ({ handler, says }) => {
    const pool = createPool({ handler });

    const results = [await pool.invoke({}), await pool.invoke({})];

    for (const result of results) {
      expect(result).toMatchObject({ ok: false, error: { errorMessage: expect.stringContaining(says) } });
    }
  });

  test("writes what functions print and throw into the log file", async () => {
    const pool = createPool();

    await pool.invoke({ act: "print", text: "hello\n" });
    await pool.invoke({ act: "throw" });

    const log = await readFile(join(folder, "deliver.log"), "utf8");
    expect(log).toContain("hello\n");
    expect(log).toContain("RangeError: too far");
  });

  test("ends all processes and fails what is under way and waiting when it stops", async () => {
    const pool = createPool();
    answerOf(await pool.invoke({ act: "echo" }));
    const underWay = pool.invoke({ act: "hang" });
    const waiting = pool.invoke({ act: "echo" });

    await pool.stop();

    expect((await underWay).ok).toBe(false);
    expect((await waiting).ok).toBe(false);
    expect((await pool.invoke({ act: "echo" })).ok).toBe(false);
    expect(await workers()).toEqual([]);
  });
});
