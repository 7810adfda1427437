import { parseArgs } from "node:util";
import { runCommand, UsageError } from "../../local/command.ts";
import { isKept, type Reckoning } from "./reckon.ts";
import { runInProcess } from "./run-in-process.ts";
import { runLedger } from "./run-ledger.ts";

const USAGE = `npm run test:ledger -- [flags]

Runs events through the local stack under combined faults, and accounts for every one of them.
  --events N      how many events to publish (default 500)
  --seed N        what goes wrong, and when (default: another one each time)
  --policy P      what tenants want done with a mail that may have been sent: retry (default) or hold
  --in-process N  instead: N mails in this process, without interrupted hand-overs; then nothing may be doubled at all

Exit status 1: a mail is lost, unexpected, or doubled where it may not be.`;

const POLICIES = ["retry", "hold"] as const;

/** Most names of mails that are shown of a kind. */
const MAX_SHOWN = 10;

const readNumber = (flag: string, text: string, least: number): number => {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : -1;
  if (value < least) throw new UsageError(`--${flag} must be a whole number from ${least} to 9999999.`);
  return value;
};

const show = (result: Reckoning): string => {
  const list = (label: string, names: readonly string[]) =>
    `${label.padEnd(18)} ${names.length}${names.length > 0 ? `  (${names.slice(0, MAX_SHOWN).join("; ")})` : ""}`;
  return [
    `${"mails".padEnd(18)} ${result.mails}, ${result.arrived} arrived`,
    `${"states".padEnd(18)} ${Object.entries(result.states)
      .map(([state, count]) => `${count} ${state}`)
      .join(", ")}`,
    list("lost", result.lost),
    list("doubled", result.doubled),
    `${"ambiguous".padEnd(18)} ${result.ambiguous.length}`,
    list("silently doubled", result.silentlyDoubled),
    list("unexpected", result.unexpected),
  ].join("\n");
};

/** What the command line asks for. */
const readFlags = () => {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { events: text, seed: text, policy: text, "in-process": text } });
  const policy = POLICIES.find((known) => known === (values.policy ?? "retry"));
  if (policy === undefined) throw new UsageError(`--policy must be ${POLICIES.join(" or ")}.`);
  return {
    policy,
    events: readNumber("events", values.events ?? "500", 1),
    seed: readNumber("seed", values.seed ?? String(Math.floor(Math.random() * 1_000_000)), 0),
    inProcess: values["in-process"] === undefined ? undefined : readNumber("in-process", values["in-process"], 1),
  };
};

/** Runs what was asked for, tells what came of it, and answers whether the promise was kept. */
const run = async ({ policy, events, seed, inProcess }: ReturnType<typeof readFlags>): Promise<boolean> => {
  if (inProcess !== undefined) {
    console.log(`${inProcess} mails in this process, seed ${seed}`);
    const result = await runInProcess({ deliveries: inProcess, seed });
    console.log(show(result));
    return isKept(result, "hold");
  }
  console.log(`${events} events, seed ${seed}, policy ${policy}`);
  const result = await runLedger({ events, seed, policy, report: (message) => console.error(`  ${message}`) });
  console.log(`${show(result)}\nworkers killed     ${result.crashes}\ndead letters       ${result.redriven} put back`);
  return isKept(result, policy);
};

await runCommand(USAGE, async () => {
  const started = performance.now();
  const kept = await run(readFlags());
  console.log(`took               ${Math.round((performance.now() - started) / 1000)} s`);
  if (!kept) throw new Error("The promise was broken.");
});
