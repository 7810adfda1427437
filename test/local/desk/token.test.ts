import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Issuer, startIssuer } from "../../../local/issuer.ts";
import { runTool } from "./running-command.ts";
import { describeStack, stateFolderOf, temporaryFolder } from "./stack-descriptions.ts";

let issuer: Issuer;
let state: string;

beforeAll(async () => {
  issuer = await startIssuer();
  const { issuer: url, audience, tokenUrl } = issuer;
  state = await stateFolderOf(describeStack({ issuer: { issuer: url, audience, tokenUrl } }));
});
afterAll(() => issuer.stop());

const token = (...args: string[]) => runTool("local/token.ts", args);

describe("the token command", () => {
  test("prints a token for the groups and nothing else", async () => {
    const { exitCode, stdout, stderr } = await token("--groups", "acme:admin, acme.eng:viewer", "--state", state);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(decodeJwt(stdout)["cognito:groups"]).toEqual(["acme:admin", "acme.eng:viewer"]);
  });

  test("notes on stderr that a misspelt group allows nothing, and prints the token all the same", async () => {
    const { exitCode, stdout, stderr } = await token("--groups", "acme:admn", "--state", state);

    expect(exitCode).toBe(0);
    expect(stderr).toBe('Note: "acme:admn" is not <scope>:<role>, so it allows nothing.\n');
    expect(decodeJwt(stdout)["cognito:groups"]).toEqual(["acme:admn"]);
  });

  test("says that no stack is running, and how to start one", async () => {
    const folder = await temporaryFolder();

    const { exitCode, stdout, stderr } = await token("--groups", "acme:admin", "--state", folder);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toBe(`No local stack is running: cannot read ${folder}/stack.json. Start one with "npm start".\n`);
  });

  test("says that a stack which left its file behind no longer answers", async () => {
    const folder = await stateFolderOf(describeStack());

    const { exitCode, stderr } = await token("--groups", "acme:admin", "--state", folder);

    expect(exitCode).toBe(1);
    expect(stderr).toBe('The local stack does not answer at http://127.0.0.1:9/token. Start it with "npm start".\n');
  });

  test.each([
    { title: "no groups", args: [], problem: "--groups is missing." },
    { title: "an unknown flag", args: ["--group", "acme:admin"], problem: "Unknown option '--group'" },
  ])("shows its usage when called with $title", async ({ args, problem }) => {
    const { exitCode, stdout, stderr } = await token(...args);

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(problem);
    expect(stderr).toContain("npm run -s token -- --groups GROUPS");
  });
});
