import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BenchStack, startBenchStack } from "../../../bench/local-stack.ts";
import type { StackDescription } from "../../../local/stack-file.ts";
import { runTool } from "./running-command.ts";
import { temporaryFolder } from "./stack-descriptions.ts";

/** A stack starts in seconds; on a machine with other work it may take longer. */
const START_TIMEOUT_MS = 90_000;

let stack: BenchStack;

beforeAll(async () => {
  stack = await startBenchStack(["--no-demo"]);
}, START_TIMEOUT_MS);
afterAll(() => stack?.stop(), START_TIMEOUT_MS);

const smoke = async (description: StackDescription) => {
  const file = join(await temporaryFolder(), "stack.json");
  await writeFile(file, JSON.stringify(description));
  return runTool("local/smoke.ts", ["--outputs", file]);
};

describe("the smoke test", () => {
  test("finds that a running stack works, from its tables to a mail, and leaves no tenant behind", async () => {
    const { exitCode, stdout } = await smoke(stack.description);

    expect(stdout).toMatch(/ok .* the mail is in the inbox: ".*Tidings smoke test.*"/);
    expect(stdout).toMatch(/Everything that was looked at works\.\n$/);
    expect(exitCode).toBe(0);
    const scopes = await fetch(`${stack.description.apiUrl}/v1/scopes`, {
      headers: { authorization: `Bearer ${stack.description.tokens.systemAdmin}` },
    });
    expect(await scopes.text()).not.toContain("smoke-");
  });

  test("fails when nobody may create a tenant, and still looks at everything else", async () => {
    const { tokens } = stack.description;

    const { exitCode, stdout, stderr } = await smoke({
      ...stack.description,
      tokens: { ...tokens, systemAdmin: tokens.acmeAdmin },
    });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/FAILED .* a tenant is created: PUT .* answered 40[34]/);
    expect(stdout).toMatch(/left out .* its mail is accepted/);
    expect(stdout).toMatch(/ok .* an event of an unknown tenant is kept/);
    expect(stderr).toContain("check failed.");
  });

  test("names the table that is not there", async () => {
    const outputs = { ...stack.description.outputs, configTable: "no-such-table" };

    const { exitCode, stdout } = await smoke({ ...stack.description, outputs });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/FAILED .* config table: /);
    expect(stdout).toMatch(/ok .* deliveries table: /);
  });

  test("shows its usage when it is not told which deployment to prove", async () => {
    const { exitCode, stderr } = await runTool("local/smoke.ts", []);

    expect(exitCode).toBe(2);
    expect(stderr).toContain("Give either --outputs or --stack.");
    expect(stderr).toContain("npm run smoke -- --outputs FILE | --stack NAME");
  });
});
