import type { InvocationResult, Invoke } from "./invocation.ts";
import type { Worker } from "./worker.ts";

/** The execution environments of one function. */
export interface WorkerPool {
  /** Handles an event in an idle worker, in a new one, or, when `limit` are busy, in the next that gets free. */
  readonly invoke: Invoke;
  /** Ends all workers; invocations under way and waiting ones fail. */
  stop(): Promise<void>;
}

/** What a pool is made with. */
export interface WorkerPoolOptions {
  /** Most workers at a time. */
  readonly limit: number;
  readonly start: () => Worker;
  /** Told about each worker that starts. */
  readonly onStart: (worker: Worker) => void;
  /** Told about each worker that has ended. */
  readonly onExit: (worker: Worker) => void;
}

/** Makes a pool. Workers are started when they are needed and stay until they die or the pool stops. */
export const createWorkerPool = ({ limit, start, onStart, onExit }: WorkerPoolOptions): WorkerPool => {
  const workers = new Set<Worker>();
  const idle: Worker[] = [];
  const waiting: ((worker: Worker | undefined) => void)[] = [];
  let stopped = false;

  const startWorker = (): Worker => {
    const worker = start();
    workers.add(worker);
    onStart(worker);
    void worker.exited.then(() => {
      workers.delete(worker);
      onExit(worker);
      if (waiting.length > 0 && !stopped) waiting.shift()?.(startWorker());
    });
    return worker;
  };
  const acquire = async (): Promise<Worker | undefined> => {
    if (stopped) return undefined;
    // The one used last is the one most likely to have warm connections.
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) if (worker.isAlive()) return worker;
    if (workers.size < limit) return startWorker();
    return new Promise((resolve) => waiting.push(resolve));
  };
  const release = (worker: Worker): void => {
    if (!worker.isAlive()) return;
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };

  return {
    invoke: async (event) => {
      const worker = await acquire();
      if (worker === undefined) return STOPPED;
      const result = await worker.invoke(event);
      release(worker);
      return result;
    },
    stop: async () => {
      stopped = true;
      for (const resolve of waiting.splice(0)) resolve(undefined);
      for (const worker of workers) worker.kill();
      await Promise.all([...workers].map(({ exited }) => exited));
    },
  };
};

const STOPPED: InvocationResult = {
  ok: false,
  error: { errorType: "ServiceException", errorMessage: "The local stack is stopping." },
};
