import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../../shared/domain/delivery.ts";
import { createSendGridAccount, sendGridEvent } from "../fakes/sendgrid-events.ts";
import { type SendGridAnswer, type SendGridServer, startSendGrid } from "../fakes/sendgrid-server.ts";
import { addTenant, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

const account = createSendGridAccount();

let sendGrid: SendGridServer;
let stack: RunningStack;

beforeAll(async () => {
  sendGrid = await startSendGrid();
  const settings = [`sendgrid.baseUrl=${sendGrid.url}`, "sendgrid.feedbackSeconds=80000"];
  stack = await startStack([...settings.flatMap((setting) => ["--set", setting]), "--schedule-every-ms", "200"]);
});

afterAll(async () => {
  await stack?.stop();
  await sendGrid?.stop();
});

/** A tenant of its own for each test, whose mails go through SendGrid. */
const startTenant = async (tenant: string) => {
  const reader = `reader@${tenant}.example`;
  await addTenant(stack, tenant, reader);
  await put(stack, `${tenant}/mail-settings`, {
    from: { address: `ci@${tenant}.example` },
    provider: { kind: "sendgrid", eventWebhookKey: account.verificationKey },
  });
  await put(stack, `${tenant}/mail-settings/credentials`, { apiKey: "SG.key" });
  return {
    reader,
    publish: (id: string) =>
      stack.publish([{ source: `${tenant}.ci`, detail: { id, scope: tenant, type: "PipelineFailed" } }]),
    deliveryThatIs: (state: string, eventId: string): Promise<Delivery> =>
      eventually(`a delivery that is ${state}`, async () => {
        const { body } = await stack.api("GET", `/scopes/${tenant}/deliveries?eventId=${eventId}&state=${state}`);
        return body.items[0] as Delivery | undefined;
      }),
    mails: () =>
      sendGrid.calls.filter(({ mail }) => mail.personalizations.some(({ to }) => to[0]?.email === reader)).length,
  };
};

/** Posts events as SendGrid does: without any token. */
const post = async (tenant: string, events: readonly object[], headers?: Record<string, string>): Promise<number> => {
  const body = JSON.stringify(events);
  const request = {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...(headers ?? account.signed(body)) },
  };
  return (await fetch(`${stack.description.apiUrl}/v1/webhooks/sendgrid/${tenant}`, request)).status;
};

/** Takes the mail, and hangs up before it says so. */
const hangUp: SendGridAnswer = (_call, response) => response.socket?.resetAndDestroy();

test("a mail that SendGrid took without saying so is not sent again, for its events tell", async () => {
  const { publish, deliveryThatIs, mails } = await startTenant("acme");
  sendGrid.answerWith(hangUp);
  await publish("doubtful");
  const doubtful = await deliveryThatIs("ambiguous", "doubtful");
  sendGrid.answerWith(undefined);
  const events = [sendGridEvent("processed", doubtful), sendGridEvent("delivered", doubtful)];

  expect(await post("acme", events, {})).toBe(401);
  expect(await post("acme", events)).toBe(200);

  expect(await deliveryThatIs("delivered", "doubtful")).toMatchObject({
    possibleDuplicate: false,
    dueAt: null,
    feedback: [{ kind: "processed" }, { kind: "delivered" }],
  });
  expect(mails()).toBe(1);
});

test("a recipient who marks a mail as spam is mailed no more, and the record of the next event says so", async () => {
  const { reader, publish, deliveryThatIs } = await startTenant("globex");
  await publish("annoying");
  const accepted = await deliveryThatIs("accepted", "annoying");

  expect(await post("globex", [sendGridEvent("spamreport", accepted)])).toBe(200);
  await publish("next");

  await deliveryThatIs("complained", "annoying");
  const record = await eventually("the record of the next event", async () => {
    const answer = await stack.api("GET", "/scopes/globex/events/next");
    return answer.status === 200 ? answer.text : undefined;
  });
  expect(JSON.parse(record).recipients).toMatchObject([{ address: reader, outcome: "suppressed" }]);
});
