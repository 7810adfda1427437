/** One thing that must hold. */
export interface Check {
  readonly title: string;
  /** Answers what was seen, in a few words; throws when the thing does not hold. */
  readonly run: () => Promise<string>;
}

/** How often and how long something is looked at until it is as it should be. */
const POLL_INTERVAL_MS = 250;
const POLL_DEADLINE_MS = 90_000;

/** Runs every check, whatever becomes of the others, and answers how many failed. */
export const runEach = async (checks: readonly Check[]): Promise<number> => {
  let failures = 0;
  for (const check of checks) if (!(await passes(check))) failures += 1;
  return failures;
};

/** Runs checks that build on each other: after the first that fails, the rest is left out. Answers how many failed. */
export const runInOrder = async (checks: readonly Check[]): Promise<number> => {
  for (const [index, check] of checks.entries()) {
    if (await passes(check)) continue;
    for (const { title } of checks.slice(index + 1)) console.log(`left out          ${title}`);
    return 1;
  }
  return 0;
};

const passes = async ({ title, run }: Check): Promise<boolean> => {
  const started = performance.now();
  const [word, seen] = await run().then(
    (text) => ["ok", text] as const,
    (error: unknown) => ["FAILED", error instanceof Error ? error.message : String(error)] as const,
  );
  const took = `${Math.round(performance.now() - started)} ms`;
  console.log(`${word.padEnd(6)} ${took.padStart(9)}  ${title}: ${seen}`);
  return word === "ok";
};

/**
 * Looks again and again until there is an answer.
 * @throws Error that says what was waited for, after 90 seconds.
 */
export const waitFor = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  const deadline = performance.now() + POLL_DEADLINE_MS;
  while (performance.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
  throw new Error(`waited ${POLL_DEADLINE_MS / 1000} s for ${what}`);
};
