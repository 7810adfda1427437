import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type AmbiguousPolicy, bindingFor, type SendGridSettings } from "../../shared/domain/mail-settings.ts";
import { deliver } from "../../shared/flow/deliver.ts";
import { createProviders } from "../../shared/providers/registry.ts";
import { aJob, later, NOW, settingsOf } from "../fakes/builders.ts";
import { type SendGridServer, startSendGrid } from "../fakes/sendgrid-server.ts";
import { createSender } from "../flow/sender-in-memory.ts";
import { guardFor } from "../providers/smtp-harness.ts";

let sendGrid: SendGridServer;

beforeAll(async () => {
  sendGrid = await startSendGrid();
});

afterEach(() => sendGrid.answerWith(undefined));

afterAll(() => sendGrid.stop());

const SENDGRID = { kind: "sendgrid", region: "global", url: "/v3/mail/send" } as const;
const BINDING = bindingFor(SENDGRID, "apiKey") ?? "";

/** A sender whose way out is the stand-in, and what became of its mail. */
const sendOnce = async (different: Partial<SendGridSettings> = {}, onAmbiguous: AmbiguousPolicy = "retry") => {
  const note = { versionId: "v1", updatedAt: NOW.toISOString(), binding: BINDING };
  const provider = { ...SENDGRID, ...different };
  const sender = createSender({
    settings: [settingsOf("acme", { provider, onAmbiguous }, { apiKey: note })],
    secrets: async () => ({ secret: "SG.key", binding: BINDING }),
    deps: { providers: createProviders({ guard: guardFor(0), sendgridBaseUrl: sendGrid.url, requestTimeoutMs: 500 }) },
  });
  await deliver({ ...sender.deps, sendDeadlineSeconds: 0.5 }, [{ id: "m0", body: JSON.stringify(aJob()) }]);
  return sender;
};

describe("D20: SendGrid's answer", () => {
  test.each([
    [202, "accepted", "accepted", null],
    [400, "rejected", "permanent", "message-refused"],
    [401, "deferred", "config", "api-key-refused"],
    [403, "deferred", "config", "api-forbidden"],
    [413, "rejected", "permanent", "message-too-large"],
    [429, "deferred", "transient", "rate-limited"],
    [500, "deferred", "transient", "server-unavailable"],
    [503, "deferred", "transient", "server-unavailable"],
  ])("%i leaves the mail %s, as %s", async (status, state, failureClass, reason) => {
    sendGrid.answerWith((_call, response) => response.writeHead(status).end("{}"));

    const sender = await sendOnce();

    expect(sender.delivery()).toMatchObject({ state, attempts: [{ class: failureClass, reason, code: status }] });
  });

  test("429 with the time at which it ends lets the mail wait until then", async () => {
    sendGrid.answerWith((_call, response) => response.writeHead(429, { "retry-after": "600" }).end("{}"));

    const sender = await sendOnce();

    expect(Date.parse(sender.delivery()?.dueAt ?? "")).toBeGreaterThanOrEqual(later(600).getTime());
  });

  test("403 lets the mail wait, for SendGrid also turns senders away for a while", async () => {
    sendGrid.answerWith((_call, response) => response.writeHead(403).end("{}"));

    const sender = await sendOnce();

    // An hour, or as long as the installation lets anything wait.
    const leastSeconds = Math.min(3600, sender.deps.retry.capSeconds);
    expect(Date.parse(sender.delivery()?.dueAt ?? "")).toBeGreaterThanOrEqual(later(leastSeconds).getTime());
  });

  test("that does not come leaves the mail ambiguous", async () => {
    sendGrid.answerWith(() => {});

    const sender = await sendOnce();

    expect(sender.delivery()).toMatchObject({ state: "ambiguous", possibleDuplicate: true });
  });

  test("that breaks off leaves the mail ambiguous", async () => {
    sendGrid.answerWith((_call, response) => response.socket?.resetAndDestroy());

    const sender = await sendOnce();

    expect(sender.delivery()).toMatchObject({ state: "ambiguous", possibleDuplicate: true });
  });

  test.each([
    ["breaks off", { "content-length": "100" }],
    ["is no gzip, as it says", { "content-encoding": "gzip" }],
    ["is no JSON, as it says", { "content-type": "application/json" }],
  ])("202 is an acceptance although its body %s", async (_, headers) => {
    sendGrid.answerWith((_call, response) => {
      response.writeHead(202, headers).write("{", () => setImmediate(() => response.socket?.end()));
    });

    const sender = await sendOnce();

    expect(sender.delivery()).toMatchObject({ state: "accepted", attempts: [{ class: "accepted", code: 202 }] });
  });
});

describe("F22: a mail of which SendGrid did not say whether it has it", () => {
  const eventWebhookKey = "the verification key of its webhook";

  test("is tried again at once while SendGrid tells nothing by itself", async () => {
    sendGrid.answerWith(() => {});

    const sender = await sendOnce();

    expect(sender.delivery()).toMatchObject({ state: "ambiguous", dueAt: NOW.toISOString() });
  });

  test("waits for SendGrid's events first, where it posts them", async () => {
    sendGrid.answerWith(() => {});

    const sender = await sendOnce({ eventWebhookKey });

    const dueAt = later(sender.deps.retry.feedbackSeconds).toISOString();
    const note = "Waits for SendGrid to tell whether it has the mail; otherwise it is sent once more.";
    expect(sender.delivery()).toMatchObject({ state: "ambiguous", possibleDuplicate: true, dueAt, note });
  });

  test("is held at once for a tenant that would rather hold it: events can still tell", async () => {
    sendGrid.answerWith(() => {});

    const sender = await sendOnce({ eventWebhookKey }, "hold");

    expect(sender.delivery()).toMatchObject({ state: "held", dueAt: null });
  });

  test("carries its delivery and its scope, for the events to name them", async () => {
    await sendOnce();

    expect(
      sendGrid.calls.at(-1)?.mail.personalizations[0]?.custom_args ?? sendGrid.calls.at(-1)?.mail.custom_args,
    ).toEqual({ tidings_delivery: aJob().deliveryId, tidings_scope: "acme" });
  });
});
