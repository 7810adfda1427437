import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** How a command-line tool ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of our tools as a user does, in a process of its own, with `input` on its stdin. */
export const runTool = async (file: string, args: readonly string[], input = ""): Promise<CommandResult> => {
  const child = spawn(process.execPath, [file, ...args], { env: { ...process.env, AWS_ENDPOINT_URL: undefined } });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, stdout, stderr };
};
