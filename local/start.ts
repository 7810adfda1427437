import { resolve } from "node:path";
import { banner } from "./banner.ts";
import { parseFlags, USAGE, UsageError } from "./flags.ts";
import { type Stack, startStack } from "./stack.ts";
import { SynthError } from "./template/synthesize.ts";

/** `npm start`: runs the whole system on this machine until it is told to stop. */
const main = async (): Promise<void> => {
  const flags = parseFlags(process.argv.slice(2));
  if (flags === "help") {
    console.log(USAGE);
    return;
  }
  const starting = startStack({
    ...flags,
    projectDir: resolve(import.meta.dirname, ".."),
    report: (message) => console.error(message),
  });
  stopOnSignals(starting);
  const stack = await starting;
  console.log(banner(stack, flags, performance.now()));
};

/** The first signal stops the stack in an orderly way, also while it is starting; the second ends it at once. */
const stopOnSignals = (starting: Promise<Stack>): void => {
  let signals = 0;
  const onSignal = (): void => {
    signals += 1;
    if (signals > 1) process.exit(1);
    void starting.then((stack) => stack.stop()).then(() => process.exit(0), fail);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
};

const fail = (error: unknown): void => {
  if (error instanceof UsageError || error instanceof SynthError) {
    console.error(error.message);
    process.exit(2);
  }
  console.error(error instanceof Error ? `Cannot run the local stack: ${error.message}` : error);
  process.exit(1);
};

await main().catch(fail);
