import { pick } from "../faults/seeded-random.ts";
import type { RunningStack } from "../stack/running-stack.ts";

/** Kills workers while something else goes on. */
export interface Crashing {
  /** Ends it, and answers how many workers were killed. */
  stop(): Promise<number>;
}

/**
 * How many times workers are killed. Fewer than a message may be received: what is in a worker's hands each time
 * would end among the dead letters.
 */
const ROUNDS = 4;

/** How often it is looked whether the next round is due. */
const LOOK_EVERY_MS = 40;

/**
 * Kills workers of both functions of the path, all of one function or one of them, spread over the run.
 * @param progress how far the run is, 0 to 1.
 */
export const startCrashing = (stack: RunningStack, random: () => number, progress: () => number): Crashing => {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => ({
    at: (round + random()) / ROUNDS,
    all: random() < 0.5,
    choose: random(),
  }));
  let crashes = 0;

  const kill = async (name: string, all: boolean, choose: number): Promise<void> => {
    const pids = await stack.workersOf(name).catch(() => []);
    if (pids.length === 0) return;
    for (const pid of all ? pids : [pick(() => choose, pids)]) if (killed(pid)) crashes += 1;
  };
  const look = async (): Promise<void> => {
    while (rounds[0] !== undefined && rounds[0].at <= progress()) {
      const { all, choose } = rounds[0];
      rounds.shift();
      await Promise.all([kill("deliver", all, choose), kill("notify", all, choose)]);
    }
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_EVERY_MS);

  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      return crashes;
    },
  };
};

/** Whether there was such a process to kill. */
const killed = (pid: number): boolean => {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
};
