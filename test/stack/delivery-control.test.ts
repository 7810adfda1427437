import { afterAll, beforeAll, expect, test } from "vitest";
import { addTenant, inboxSettings, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type ApiItem, type RunningStack, startStack } from "./running-stack.ts";

let stack: RunningStack;

beforeAll(async () => {
  // Mails that cannot be sent are given up after a third of a second.
  stack = await startStack(["--set", "retry.giveUpHours=0.0001", "--schedule-every-ms", "200"]);
  await addTenant(stack, "acme", "ada@acme.example");
});

afterAll(() => stack?.stop());

const deliveryThatIs = (state: string): Promise<ApiItem> =>
  eventually(`a delivery that is ${state}`, async () => {
    const { body } = await stack.api("GET", `/scopes/acme/deliveries?state=${state}&pipeline=build-api`);
    return body.items[0];
  });

test("a mail that was given up is sent when an administrator retries it, once however often they ask", async () => {
  const detail = { scope: "acme", type: "PipelineFailed", pipeline: { id: "build-api" } };
  await stack.publish([{ source: "acme.ci", detail }]);
  const { id } = await deliveryThatIs("expired");
  await put(stack, "acme/mail-settings", inboxSettings(stack, { name: "CI", address: "ci@acme.example" }));

  const answers = await Promise.all([1, 2, 3].map(() => stack.api("POST", `/scopes/acme/deliveries/${id}/retry`)));

  expect(answers.map(({ status }) => status)).toContain(200);
  await stack.arrivalOf(1, "ada@acme.example");
  expect(await deliveryThatIs("accepted")).toMatchObject({ id, possibleDuplicate: false });
  expect(await stack.mailsTo("ada@acme.example")).toHaveLength(1);
  const audit = await stack.api("GET", "/scopes/acme/audit?limit=1");
  expect(audit.body.items).toMatchObject([{ action: "retryDelivery", target: `delivery ${id}` }]);

  const again = await stack.api("POST", `/scopes/acme/deliveries/${id}/retry`);
  expect(again.status).toBe(409);
  expect(again.text).toContain("The delivery is accepted.");
});
