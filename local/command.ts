/** What somebody typed cannot be understood; shown with the command's usage. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Runs a command-line tool to its end: a failure becomes one line on stderr, never a stack trace. Exit status 2 means
 * it was called wrongly (the usage is shown too), 1 that it failed, and 0 that it worked.
 */
export const runCommand = async (usage: string, run: () => Promise<void>): Promise<void> => {
  try {
    await run();
  } catch (error) {
    const calledWrongly = isUsageError(error);
    console.error(error instanceof Error ? error.message : String(error));
    if (calledWrongly) console.error(`\n${usage}`);
    process.exitCode = calledWrongly ? 2 : 1;
  }
};

/** `parseArgs` of `node:util` marks what it refuses with codes of its own. */
const isUsageError = (error: unknown): boolean =>
  error instanceof UsageError ||
  (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
