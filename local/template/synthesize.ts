import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod/mini";

/** The CDK app refused its settings or could not be synthesized; the message holds what it said, without stack traces. */
export class SynthError extends Error {
  override readonly name = "SynthError";
}

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * Synthesizes the CDK app into a folder, in a process of its own and the way the CDK CLI does it: settings arrive as
 * context, on top of the context in `cdk.json`.
 * @throws SynthError when the app fails; the `AbortError` of Node when the signal ends it.
 */
export const synthesize = async (options: {
  /** Root of the project: where `cdk.json` is. */
  readonly projectDir: string;
  readonly outDir: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> => {
  const { context } = cdkJson.parse(JSON.parse(await readFile(join(options.projectDir, "cdk.json"), "utf8")));
  // What a former run left there would stay beside the new assembly.
  await rm(options.outDir, { recursive: true, force: true });
  const child = spawn(process.execPath, ["infra/app.ts"], {
    cwd: options.projectDir,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      // Costs most of a synthesis; a test of infra/ runs it.
      CDK_VALIDATION: "false",
      CDK_OUTDIR: options.outDir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...CLI_CONTEXT, ...options.settings }),
    },
  });
  const exitCode = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("exit", resolve));
  const [said, code] = await Promise.all([text(child.stderr), exitCode]);
  if (code !== 0) throw new SynthError(withoutStackTrace(said) || `the CDK app ended with exit code ${code}`);
};

/** What the CDK CLI adds on its own: constructs' paths in the metadata, no usage reporting. */
const CLI_CONTEXT = { "aws:cdk:enable-path-metadata": true, "aws:cdk:version-reporting": false };

/** The message of an error that Node printed: without code frame, stack and version line. */
const withoutStackTrace = (said: string): string => {
  const lines = said.split("\n");
  const message = lines.findIndex((line) => /^(?:\w*Error|Error \[\w+\]): /.test(line));
  return (message === -1 ? lines : lines.slice(message))
    .filter((line) => !/^ {4}at |^Node\.js v/.test(line))
    .join("\n")
    .replace(/^\w*Error: /, "")
    .trim();
};
