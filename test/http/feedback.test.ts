import { describe, expect, test } from "vitest";
import { TIMESTAMP_HEADER } from "../../shared/contracts/sendgrid-signature.ts";
import type { RequestParts } from "../fakes/api.ts";
import { aDelivery } from "../fakes/history-data.ts";
import { createSendGridAccount, sendGridEvent } from "../fakes/sendgrid-events.ts";
import { startWorld } from "../fakes/world.ts";

const account = createSendGridAccount();
const ADMIN = "[acme:admin]";

const settingsWith = (eventWebhookKey: string) => ({
  from: { address: "ci@acme.example" },
  provider: { kind: "sendgrid", eventWebhookKey },
});

const DELIVERY = aDelivery("acme.eng", "event-acme.eng");

/** An installation where SendGrid posts events for `acme`. */
const startWithSendGrid = async () => {
  const api = await startWorld();
  const body = settingsWith(account.verificationKey);
  await api.call("putMailSettings", { scope: "acme", groups: ADMIN, body });
  const post = (events: unknown, different: RequestParts = {}) => {
    const rawBody = JSON.stringify(events);
    return api.call("takeSendGridEvents", { scope: "acme", rawBody, headers: account.signed(rawBody), ...different });
  };
  const state = () => api.heard.all().find(({ id }) => id === DELIVERY.id)?.state;
  return { ...api, post, state };
};

describe("events that SendGrid posts", () => {
  test("are taken when they are signed, and the delivery shows them", async () => {
    const { post, state, heard } = await startWithSendGrid();

    const answered = await post([sendGridEvent("delivered", DELIVERY), sendGridEvent("open", DELIVERY)]);

    expect(answered).toMatchObject({ status: 200, body: { received: 1, heard: 1 } });
    expect(state()).toBe("delivered");
    expect(heard.all().find(({ id }) => id === DELIVERY.id)?.feedback).toMatchObject([{ kind: "delivered" }]);
  });

  test("are taken as the bytes that were signed, when API Gateway hands them on in base64", async () => {
    const { send, state } = await startWithSendGrid();
    const body = JSON.stringify([sendGridEvent("delivered", DELIVERY, { response: "250 Zürich ✓" })]);

    const answered = await send("takeSendGridEvents", {
      routeKey: "POST /v1/webhooks/sendgrid/{scope}",
      headers: account.signed(body),
      pathParameters: { scope: "acme" },
      body: Buffer.from(body).toString("base64"),
      isBase64Encoded: true,
      requestContext: { requestId: "request-1" },
    });

    expect([answered.status, state()]).toEqual([200, "delivered"]);
  });

  test("are counted once for each request: what they said that is new, or that they were refused", async () => {
    const { post, metrics } = await startWithSendGrid();

    await post([sendGridEvent("delivered", DELIVERY)]);
    await post([sendGridEvent("delivered", DELIVERY)], { headers: {} });

    expect(metrics.written).toEqual([[{ name: "FeedbackHeard", value: 1 }], [{ name: "FeedbackRefused", value: 1 }]]);
  });

  const body = JSON.stringify([sendGridEvent("bounce", DELIVERY, { status: "5.1.1", type: "bounce" })]);
  const forged: readonly (readonly [string, string, RequestParts])[] = [
    ["are not signed", "no-signature", { headers: {} }],
    ["have a signature and no time", "bad-signature", { headers: { ...account.signed(body), [TIMESTAMP_HEADER]: "" } }],
    ["are signed by another account", "bad-signature", { headers: createSendGridAccount().signed(body) }],
    [
      "were changed by one byte",
      "bad-signature",
      { rawBody: body.replace("bounce", "bouncE"), headers: account.signed(body) },
    ],
    ["are posted to a scope that has no key", "no-key", { scope: "acme.eng", headers: account.signed(body) }],
    ["are posted to another tenant", "no-key", { scope: "globex", headers: account.signed(body) }],
    ["are posted to a scope that does not exist", "no-key", { scope: "initech", headers: account.signed(body) }],
    ["are posted to what is no scope", "no-key", { scope: "../acme", headers: account.signed(body) }],
  ];
  test.each(forged)("are refused, all in the same words, when they %s", async (_, cause, different) => {
    const { post, state, call, log } = await startWithSendGrid();

    const answered = await post(undefined, { rawBody: body, ...different });

    expect(answered).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(answered.body.detail).toMatch(/^This takes events that SendGrid signed/);
    expect(state()).toBe("accepted");
    expect(log.lines.at(-1)).toMatchObject({ event: "feedback.refused", fields: { cause } });
    const list = await call("listSuppressions", { scope: "acme", groups: ADMIN });
    expect(list.body.items.map(({ address }: { address: string }) => address)).not.toContain(DELIVERY.recipient);
  });

  test.each(["{}", "nonsense", ""])("are asked for as a list when the body is %j, signed or not", async (rawBody) => {
    const { post } = await startWithSendGrid();

    expect(await post(undefined, { rawBody, headers: account.signed(rawBody) })).toMatchObject({
      status: 400,
      body: { code: "malformed-body", detail: "The request body must be a JSON list of events." },
    });
  });

  test("that cannot be matched are told in the log, for somebody to look", async () => {
    const { post, log } = await startWithSendGrid();
    const { tidings_delivery: _, ...nameless } = sendGridEvent("bounce", DELIVERY);

    await post([sendGridEvent("delivered", DELIVERY, { timestamp: "soon" }), nameless]);

    expect(log.lines).toMatchObject([
      { level: "error", event: "feedback.unreadable", fields: { scope: "acme", count: 1 } },
      { level: "warn", event: "feedback.nameless", fields: { scope: "acme", count: 1 } },
    ]);
  });

  test("of an account name no mail of another tenant, whatever arguments they carry", async () => {
    const { post, heard } = await startWithSendGrid();
    const foreign = aDelivery("globex", "event-globex");

    const answered = await post([
      sendGridEvent("bounce", foreign),
      sendGridEvent("bounce", foreign, { tidings_scope: "acme" }),
    ]);

    expect(answered).toMatchObject({ status: 200, body: { heard: 0 } });
    expect(heard.all().every(({ state }) => state !== "bounced")).toBe(true);
  });

  test("put an address that complained on the tenant's list, where the API shows why", async () => {
    const { post, call } = await startWithSendGrid();

    await post([sendGridEvent("spamreport", DELIVERY)]);

    const { body: list } = await call("listSuppressions", { scope: "acme", groups: ADMIN });
    expect(list.items).toContainEqual(
      expect.objectContaining({ address: DELIVERY.recipient, cause: "complained", deliveryId: DELIVERY.id }),
    );
  });

  test("are asked for again with 503 while a sender holds the mail", async () => {
    const api = await startWithSendGrid();
    api.heard.hold(DELIVERY.id, new Date("2026-11-20T12:00:30.000Z"));

    const answered = await api.post([sendGridEvent("delivered", DELIVERY)]);

    expect(answered).toMatchObject({ status: 503, body: { code: "try-again" } });
  });
});

describe("the verification key in the mail settings", () => {
  test("is kept in one spelling and shown, for it is public", async () => {
    const { call } = await startWithSendGrid();
    const armoured = `-----BEGIN PUBLIC KEY-----\n${account.verificationKey}\n-----END PUBLIC KEY-----\n`;

    await call("putMailSettings", { scope: "acme", groups: ADMIN, body: settingsWith(armoured) });

    const read = await call("getMailSettings", { scope: "acme", groups: ADMIN });
    expect(read.body.provider).toMatchObject({ kind: "sendgrid", eventWebhookKey: account.verificationKey });
  });

  test("is refused when it is something else, with what would be right and without what was given", async () => {
    const { call } = await startWithSendGrid();

    const body = settingsWith("SG.secret-api-key");
    const refused = await call("putMailSettings", { scope: "acme", groups: ADMIN, body });

    expect(refused).toMatchObject({ status: 422 });
    expect(refused.body.errors).toEqual([
      {
        path: "provider.eventWebhookKey",
        message: expect.stringMatching(/^must be the verification key that SendGrid shows/),
      },
    ]);
    expect(refused.text).not.toContain("SG.secret");
  });
});
