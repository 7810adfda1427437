import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";

const START = join(import.meta.dirname, "..", "..", "local", "start.ts");

const run = async (...args: string[]) => {
  const child = spawn(process.execPath, [START, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, exitCode };
};

describe("npm start", () => {
  test("refuses a wrong flag in one line", async () => {
    const { stdout, stderr, exitCode } = await run("--port", "http");

    expect(exitCode).toBe(2);
    expect(stderr).toBe('--port takes a whole number from 0 to 65535, and not "http".\n');
    expect(stdout).toBe("");
  });

  test("shows its flags", async () => {
    const { stdout, exitCode } = await run("--help");

    expect(exitCode).toBe(0);
    expect(stdout).toContain("--set KEY=VALUE");
  });
});
