import { once } from "node:events";
import { resolve } from "node:path";
import { banner } from "./banner.ts";
import { UsageError } from "./command.ts";
import { parseFlags, USAGE } from "./flags.ts";
import { startStack } from "./stack.ts";
import { SynthError } from "./template/synthesize.ts";

/** `npm start`: runs the whole system on this machine until it is told to stop. */
const main = async (): Promise<void> => {
  const flags = parseFlags(process.argv.slice(2));
  if (flags === "help") {
    console.log(USAGE);
    return;
  }
  const signal = stopSignal();
  const projectDir = resolve(import.meta.dirname, "..");
  const stack = await startStack({
    ...flags,
    projectDir,
    signal,
    report: (message) => console.error(message),
  }).catch((error: unknown) => {
    // A start that was given up has been cleaned up after.
    if (!signal.aborted) throw error;
  });
  if (stack === undefined) return;
  if (!signal.aborted) {
    console.log(banner(stack, flags, performance.now()));
    await once(signal, "abort");
  }
  await stack.stop();
};

/** Aborted by the first SIGINT or SIGTERM, so that the stack stops in an orderly way; the second one ends it at once. */
const stopSignal = (): AbortSignal => {
  const stopping = new AbortController();
  const onSignal = (): void => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return stopping.signal;
};

const fail = (error: unknown): never => {
  if (error instanceof UsageError || error instanceof SynthError) {
    console.error(error.message);
    process.exit(2);
  }
  console.error(error instanceof Error ? `Cannot run the local stack: ${error.message}` : error);
  process.exit(1);
};

await main().catch(fail);
process.exit(0);
