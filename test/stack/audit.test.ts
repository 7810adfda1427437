import { afterAll, beforeAll, expect, test } from "vitest";
import { put } from "./configure.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.stop());

test("changes through both functions are taken down and published, and wake nobody", async () => {
  await put(stack, "acme", { name: "Acme" });
  await put(stack, "acme/groups/oncall", { name: "On call", members: [{ email: "ada@acme.example" }] });
  await put(stack, "acme/groups/oncall", { name: "On duty", members: [{ email: "ada@acme.example" }] });
  await put(stack, "acme/mail-settings", { from: { address: "ci@acme.example" }, provider: { kind: "sendgrid" } });
  await put(stack, "acme/mail-settings/credentials", { apiKey: "SG.c4n4ry" });

  const { status, body, text } = await stack.api("GET", "/scopes/acme/audit");

  expect(status).toBe(200);
  expect(body.items.map(({ action, target }) => `${action} ${target}`)).toEqual([
    "putCredentials credentials",
    "putMailSettings mail-settings",
    "putGroup group oncall",
    "putGroup group oncall",
    "putScope scope",
  ]);
  expect(body.items[2]?.changes).toEqual([{ path: "name", before: "On call", after: "On duty" }]);
  expect(text).not.toContain("c4n4ry");
  expect(await stack.logs()).not.toMatch(/audit\.(lost|unpublished)/);
  expect(await stack.workersOf("notify")).toEqual([]);
});
