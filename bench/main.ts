import { parseArgs } from "node:util";
import { runCommand, UsageError } from "../local/command.ts";
import { isolation } from "./isolation.ts";
import { latency } from "./latency.ts";
import { match } from "./match.ts";

/** One bench per name, with what it tells. */
const BENCHES: Readonly<Record<string, { readonly tells: string; readonly run: () => Promise<void> }>> = {
  isolation: { tells: "what a tenant notices of another one whose server hangs", run: isolation },
  latency: { tells: "start of the local stack, and PutEvents to mail in the inbox", run: latency },
  match: { tells: "matching among 10,000 rules of which one can match, against one rule", run: match },
};

const USAGE = `npm run bench -- NAME

Starts what it measures, prints the numbers, and stops it again.
${Object.entries(BENCHES)
  .map(([name, { tells }]) => `  ${name.padEnd(12)} ${tells}`)
  .join("\n")}`;

await runCommand(USAGE, async () => {
  const [name] = parseArgs({ allowPositionals: true }).positionals;
  if (name === undefined) throw new UsageError("Which bench?");
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (bench === undefined) throw new UsageError(`There is no bench "${name}".`);
  await bench.run();
});
