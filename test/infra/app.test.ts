import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { FUNCTIONS } from "../../shared/contracts/functions.ts";

const ROOT = join(import.meta.dirname, "..", "..");

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tidings-app-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Runs the CDK CLI as a platform team does, without an AWS account. */
const cdk = (...args: string[]): Promise<{ code: number; output: string }> => {
  const cli = join(ROOT, "node_modules", "aws-cdk", "bin", "cdk");
  // The app is started by the name of `node`, which npm scripts resolve to the project's own.
  const env = {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: directory,
    CI: "true",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { cwd: ROOT, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
    );
  });
};

const packageJson = z.object({ devDependencies: z.record(z.string(), z.string()) });

test("the CDK CLI is pinned to a version of line 2, since npm's latest is an accidental old build", async () => {
  const { devDependencies } = packageJson.parse(JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")));

  expect(devDependencies["aws-cdk"]).toMatch(/^2\.\d+\.\d+$/);
});

describe("cdk synth", () => {
  test("works without an AWS account, finds nothing to object to and takes settings as context", async () => {
    const out = join(directory, "assembly");

    const { code, output } = await cdk(
      "synth",
      "--quiet",
      "-o",
      out,
      "-c",
      "stack.name=Demo",
      "-c",
      "retention.days=7",
    );

    expect(output).not.toMatch(/error/i);
    expect(code).toBe(0);
    const template = await readFile(join(out, "Demo.template.json"), "utf8");
    expect(template).toContain('"RETENTION_DAYS": "7"');
    expect(new Set(template.match(/"S3Key": "[0-9a-f]{64}\.zip"/g)).size).toBe(FUNCTIONS.length);
  });

  test("says in one line each what is wrong with the settings, without a stack trace", async () => {
    const { code, output } = await cdk("synth", "--quiet", "-c", "retry.baseSeconds=soon", "-c", "retry.cap=1");

    expect(code).toBe(1);
    expect(output).toContain('"retry.baseSeconds" is "soon"; it must be a number of seconds from 0.001 to 86400');
    expect(output).toContain('"retry.cap" is not a setting; the nearest is "retry.capSeconds"');
    expect(output).not.toMatch(/^ {4}at /m);
  });
});
