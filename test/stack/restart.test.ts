import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Relay, startRelay } from "../fakes/relay.ts";
import { addTenant, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type ApiItem, type RunningStack, startStack } from "./running-stack.ts";

const LOGIN = { username: "mailer", password: "kept over the restart" };

let relay: Relay;
let dataDir: string;
let stack: RunningStack;

const start = () => startStack(["--data", dataDir, "--set", `egress.allowedTargets=127.0.0.1:${relay.port}`]);

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tidings-data-"));
  relay = await startRelay({ security: "none", login: LOGIN });
  stack = await start();
});

afterAll(async () => {
  await stack?.stop();
  await relay?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const publishAndAwait = async (id: string, mails: number): Promise<void> => {
  await stack.publish([{ source: "acme", detail: { id, scope: "acme", type: "PipelineFailed" } }]);
  await eventually(`mail ${mails}`, async () => (relay.mails.length >= mails ? true : undefined));
};

const historyOf = async (part: "events" | "deliveries"): Promise<readonly ApiItem[]> =>
  eventually(`the ${part} to be settled`, async () => {
    const { body } = await stack.api("GET", `/scopes/acme/${part}`);
    const settled = body.items.every(({ state }) => state === undefined || state === "accepted");
    return settled && body.items.length > 0 ? body.items : undefined;
  });

test("a stack that starts again on the same data has its settings, its secrets and its history", async () => {
  await addTenant(stack, "acme", "reader@acme.example");
  await put(stack, "acme/mail-settings", {
    from: { name: "CI", address: "ci@acme.example" },
    provider: {
      kind: "smtp",
      host: "127.0.0.1",
      port: relay.port,
      security: "none",
      auth: { type: "password", username: LOGIN.username },
    },
  });
  await put(stack, "acme/mail-settings/credentials", { password: LOGIN.password });
  await publishAndAwait("before", 1);
  const settings = (await stack.api("GET", "/scopes/acme/mail-settings")).body;
  const history = [await historyOf("events"), await historyOf("deliveries")];
  const { stateDir } = stack;

  await stack.stop();
  stack = await start();

  expect(stack.stateDir).not.toBe(stateDir);
  expect((await stack.api("GET", "/scopes/acme/mail-settings")).body).toEqual(settings);
  expect([await historyOf("events"), await historyOf("deliveries")]).toEqual(history);
  await publishAndAwait("after", 2);
  expect(relay.mails.map(({ login }) => login)).toEqual(Array(2).fill(`${LOGIN.username}:${LOGIN.password}`));
});
