import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "./command.ts";
import { DEFAULT_STATE_DIR } from "./stack-file.ts";

/** What the command line of `npm start` asks for. */
export interface Flags {
  readonly settings: Readonly<Record<string, string>>;
  /** 0: any free port. */
  readonly port: number;
  readonly demo: boolean;
  readonly scheduleEveryMs: number | undefined;
  /** Absolute. */
  readonly dataDir: string | undefined;
  /** Absolute. */
  readonly stateDir: string;
}

/** How to use `npm start`. */
export const USAGE = `Usage: npm start -- [flags]

  --set KEY=VALUE         a deploy-time setting, as for "cdk deploy -c KEY=VALUE"; may be repeated
  --port N                port of the admin API (default: any free one)
  --no-demo               leave out the demo tenant "acme"
  --schedule-every-ms N   call scheduled functions every N milliseconds instead of each minute
  --data DIR              keep tables and secrets there over restarts (queued messages live in memory)
  --state DIR             where the stack describes itself (default: ${DEFAULT_STATE_DIR})
  --help                  show this
`;

/**
 * Reads the command line.
 * @returns "help" when help is asked for.
 * @throws UsageError naming the flag and what would be right.
 */
export const parseFlags = (args: readonly string[]): Flags | "help" => {
  const { values } = parse(args);
  if (values.help === true) return "help";
  return {
    settings: Object.fromEntries((values.set ?? []).map(parseSetting)),
    port: parseNumber("--port", values.port, { min: 0, max: 65_535 }) ?? 0,
    demo: values["no-demo"] !== true,
    // setInterval turns anything beyond 2^31-1 into 1.
    scheduleEveryMs: parseNumber("--schedule-every-ms", values["schedule-every-ms"], { min: 1, max: 2_147_483_647 }),
    dataDir: parseFolder("--data", values.data),
    stateDir: parseFolder("--state", values.state) ?? resolve(DEFAULT_STATE_DIR),
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        set: { type: "string", multiple: true },
        port: { type: "string" },
        "no-demo": { type: "boolean" },
        "schedule-every-ms": { type: "string" },
        data: { type: "string" },
        state: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [firstSentence = ""] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/);
    throw new UsageError(`${firstSentence}. See npm start -- --help.`);
  }
};

const parseSetting = (text: string): [key: string, value: string] => {
  const separator = text.indexOf("=");
  if (separator < 1) throw new UsageError(`--set takes KEY=VALUE, and not "${text}".`);
  return [text.slice(0, separator), text.slice(separator + 1)];
};

const parseNumber = (
  flag: string,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${flag} takes a whole number from ${min} to ${max}, and not "${text}".`);
};

const parseFolder = (flag: string, text: string | undefined): string | undefined => {
  if (text === "") throw new UsageError(`${flag} takes a folder.`);
  return text === undefined ? undefined : resolve(text);
};
