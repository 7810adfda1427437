import { setTimeout as wait } from "node:timers/promises";

const POLL_MS = 50;

/**
 * Asks again and again until there is an answer.
 * @param deadlineMs after which the last state is reported as an error; far beyond what a working stack needs.
 */
export const eventually = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  deadlineMs = 60_000,
): Promise<T> => {
  const givesUpAt = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > givesUpAt) throw new Error(`${what} did not happen within ${deadlineMs} ms`);
    await wait(POLL_MS);
  }
};
