import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseFlags } from "../../local/flags.ts";

describe("parseFlags", () => {
  test("has a default for everything", () => {
    expect(parseFlags([])).toEqual({
      settings: {},
      port: 0,
      demo: true,
      scheduleEveryMs: undefined,
      dataDir: undefined,
      stateDir: resolve(".tidings"),
    });
  });

  test("takes settings in both spellings, with equal signs in the value", () => {
    const flags = parseFlags(["--set", "retry.baseSeconds=0.5", "--set=sendgrid.baseUrl=http://x/?a=b"]);

    expect(flags).toMatchObject({ settings: { "retry.baseSeconds": "0.5", "sendgrid.baseUrl": "http://x/?a=b" } });
  });

  test("takes the other flags", () => {
    const flags = parseFlags(["--port", "8080", "--no-demo", "--schedule-every-ms", "200", "--data", "d", "--state=s"]);

    expect(flags).toMatchObject({
      port: 8080,
      demo: false,
      scheduleEveryMs: 200,
      dataDir: resolve("d"),
      stateDir: resolve("s"),
    });
  });

  test("answers a call for help", () => {
    expect(parseFlags(["--help"])).toBe("help");
  });

  test.each([
    { args: ["--prot", "1"], says: "--prot" },
    { args: ["stray"], says: "stray" },
    { args: ["--port", "http"], says: '--port takes a whole number from 0 to 65535, and not "http"' },
    { args: ["--port", "70000"], says: "65535" },
    { args: ["--schedule-every-ms", "0"], says: "from 1" },
    { args: ["--set", "retry.baseSeconds"], says: "KEY=VALUE" },
    { args: ["--data", ""], says: "--data takes a folder" },
  ])("refuses $args in one line", ({ args, says }) => {
    expect(() => parseFlags(args)).toThrow(expect.objectContaining({ name: "UsageError" }));
    expect(() => parseFlags(args)).toThrow(says);
    expect(() => parseFlags(args)).not.toThrow("\n");
  });
});
