import type { InvocationResult, Invoke } from "./invocation.ts";
import type { Worker } from "./worker.ts";

/** The execution environments of one function. */
export interface WorkerPool {
  /**
   * Handles an event in the idle worker that served the same one last, in a new one, in another idle one, or, when
   * `limit` are busy, in the next that gets free. So whoever newly appears waits for a start, and nobody else does: on
   * one machine starting takes more time than anything else, and Lambda has more of them at hand.
   */
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
  const servedLast = new Map<Worker, string | undefined>();
  const idle: Worker[] = [];
  const waiting: ((worker: Worker | undefined) => void)[] = [];
  let stopped = false;

  /** Takes the idle worker used last, which most likely has warm connections, of those that fit. */
  const takeIdle = (fits: (worker: Worker) => boolean): Worker | undefined => {
    const found = idle.findLastIndex(fits);
    return found < 0 ? undefined : idle.splice(found, 1)[0];
  };
  const startWorker = (): Worker => {
    const worker = start();
    workers.add(worker);
    onStart(worker);
    void worker.exited.then(() => {
      workers.delete(worker);
      servedLast.delete(worker);
      takeIdle((one) => one === worker);
      onExit(worker);
      if (waiting.length > 0 && !stopped) waiting.shift()?.(startWorker());
    });
    return worker;
  };
  const acquire = async (forWhom: string | undefined): Promise<Worker | undefined> => {
    if (stopped) return undefined;
    const worker =
      takeIdle((one) => one.isAlive() && servedLast.get(one) === forWhom) ??
      (workers.size < limit ? startWorker() : takeIdle((one) => one.isAlive())) ??
      (await new Promise<Worker | undefined>((resolve) => waiting.push(resolve)));
    if (worker !== undefined) servedLast.set(worker, forWhom);
    return worker;
  };
  const release = (worker: Worker): void => {
    if (!worker.isAlive()) return;
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };

  return {
    invoke: async (event, forWhom) => {
      const worker = await acquire(forWhom);
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
