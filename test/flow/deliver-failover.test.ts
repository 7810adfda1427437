import { describe, expect, onTestFinished, test, vi } from "vitest";
import { bindingFor, type SecretNotes } from "../../shared/domain/mail-settings.ts";
import type { Failed, SendOutcome } from "../../shared/domain/outcome.ts";
import { aFailure, aJob, NOW, settingsOf, smtpTo } from "../fakes/builders.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { createSender } from "./sender-in-memory.ts";

const MAIN = smtpTo("main.acme.example");
const SECOND = smtpTo("second.acme.example");
const SENDGRID = { kind: "sendgrid", region: "global", url: "/v3/mail/send" } as const;

const KEY: SecretNotes = {
  apiKey: { versionId: "v1", updatedAt: NOW.toISOString(), binding: bindingFor(SENDGRID, "apiKey") ?? "" },
};

/** A sender whose providers end as told, by host or kind; the others accept. */
const createWorld = (ends: Readonly<Record<string, SendOutcome>>, secrets: SecretNotes = KEY) => {
  const hostOf = (settings: { readonly kind: string } & ({ readonly host: string } | object)): string =>
    "host" in settings ? settings.host : settings.kind;
  const asked: string[] = [];
  const sender = createSender({
    settings: [settingsOf("acme", { provider: MAIN, fallback: [SECOND, SENDGRID] }, secrets)],
    secrets: async () => ({ secret: "key", binding: KEY.apiKey?.binding ?? "" }),
    script: ({ settings }) => {
      asked.push(hostOf(settings));
      return ends[hostOf(settings)] ?? ACCEPTED;
    },
  });
  return { sender, asked };
};

describe("a mail whose provider fails", () => {
  test.each<Partial<Failed>>([
    { reason: "connection-refused", phase: "connect" },
    { reason: "timeout", phase: "greeting" },
    { reason: "server-unavailable", phase: "sender", code: 421 },
    { reason: "rate-limited", phase: "accepted", code: 454 },
    { class: "config", reason: "certificate-expired", phase: "tls" },
    { class: "config", reason: "login-refused", phase: "auth", code: 535 },
    { class: "config", reason: "sender-refused", phase: "sender", code: 550 },
  ])("goes out by the next one when it certainly was not sent: $reason", async (failure) => {
    const { sender, asked } = createWorld({ "main.acme.example": aFailure(failure) });

    await sender.take(aJob());

    expect(asked).toEqual(["main.acme.example", "second.acme.example"]);
    expect(sender.delivery()).toMatchObject({
      state: "accepted",
      provider: "smtp",
      possibleDuplicate: false,
      attempts: [{ reason: failure.reason, provider: "smtp" }, { class: "accepted" }],
    });
    expect(sender.sent[1]?.mail.messageId).toBe(sender.sent[0]?.mail.messageId);
  });

  test("names the provider that carried it", async () => {
    const { sender } = createWorld({ "main.acme.example": aFailure(), "second.acme.example": aFailure() });

    await sender.take(aJob());

    expect(sender.delivery()).toMatchObject({ state: "accepted", provider: "sendgrid" });
    expect(sender.delivery()?.attempts.map(({ provider }) => provider)).toEqual(["smtp", "smtp", "sendgrid"]);
  });

  test("goes nowhere else when it may have been sent", async () => {
    const failure = aFailure({ class: "ambiguous", reason: "possibly-sent", phase: "accepted" });
    const { sender, asked } = createWorld({ "main.acme.example": failure });

    await sender.take(aJob());

    expect(asked).toEqual(["main.acme.example"]);
    expect(sender.delivery()).toMatchObject({ state: "ambiguous", possibleDuplicate: true });
  });

  test.each<Partial<Failed>>([
    { class: "permanent", reason: "recipient-refused", phase: "recipient", code: 550 },
    { class: "permanent", reason: "message-refused", phase: "accepted", code: 554 },
    { class: "permanent", reason: "message-too-large", phase: "accepted", code: 552 },
    { class: "transient", reason: "recipient-refused", phase: "recipient", code: 450 },
  ])("goes nowhere else when it is the mail's or the recipient's fault: $class $reason", async (failure) => {
    const { sender, asked } = createWorld({ "main.acme.example": aFailure(failure) });

    await sender.take(aJob());

    expect(asked).toEqual(["main.acme.example"]);
    expect(sender.delivery()?.state).toBe(failure.class === "permanent" ? "rejected" : "deferred");
  });

  test("stops at the first doubt on its way along the fallbacks", async () => {
    const doubt = aFailure({ class: "ambiguous", reason: "possibly-sent", phase: "accepted" });
    const { sender, asked } = createWorld({ "main.acme.example": aFailure(), "second.acme.example": doubt });

    await sender.take(aJob());

    expect(asked).toEqual(["main.acme.example", "second.acme.example"]);
    expect(sender.delivery()?.state).toBe("ambiguous");
  });

  test("counts one try however many providers were asked, and waits for the next", async () => {
    const all = ["main.acme.example", "second.acme.example", "sendgrid"];
    const { sender, asked } = createWorld(Object.fromEntries(all.map((host) => [host, aFailure()])));

    await sender.take(aJob());

    expect(asked).toEqual(all);
    expect(sender.waitingJob().tries).toBe(1);
    expect(sender.delivery()?.attempts).toHaveLength(3);
  });

  test("passes over a fallback without a secret", async () => {
    const { sender } = createWorld({ "main.acme.example": aFailure(), "second.acme.example": aFailure() }, {});

    await sender.take(aJob());

    expect(sender.delivery()?.attempts.map(({ reason }) => reason)).toEqual([
      "connection-refused",
      "connection-refused",
      "credentials-required",
    ]);
    expect(sender.delivery()?.state).toBe("deferred");
  });
});

test("a server whose breaker is open is passed over: mails go out by the next one at once", async () => {
  const { sender, asked } = createWorld({ "main.acme.example": aFailure() });
  const job = (index: number) => aJob({ eventId: `evt-${index}` });
  for (let index = 0; index < 5; index += 1) await sender.take(job(index));
  asked.length = 0;

  await sender.take(job(5));

  expect(asked).toEqual(["second.acme.example"]);
  expect(sender.delivery(job(5))).toMatchObject({ state: "accepted", attempts: [{ class: "accepted" }] });
});

test("the time left is shared among the providers left", async () => {
  const timeout = vi.spyOn(AbortSignal, "timeout");
  onTestFinished(() => timeout.mockRestore());
  const sender = createSender({
    settings: [settingsOf("acme", { provider: MAIN, fallback: [SECOND, SENDGRID] }, KEY)],
    secrets: async () => ({ secret: "key", binding: KEY.apiKey?.binding ?? "" }),
    deps: { sendDeadlineSeconds: 24 },
    script: () => {
      sender.wait(sender.sent.length === 1 ? 8 : 6);
      return aFailure({ reason: "timeout" });
    },
  });

  await sender.take(aJob());

  expect(timeout.mock.calls).toEqual([[8000], [8000], [10_000]]);
  expect(sender.delivery()?.attempts.map(({ reason }) => reason)).toEqual(["timeout", "timeout", "timeout"]);
});

describe("what a fallback says", () => {
  test("of the mail as a whole does not end it while its own provider may work again", async () => {
    const relayDenied = aFailure({ class: "permanent", reason: "message-refused", phase: "recipient", code: 550 });
    const { sender } = createWorld({ "main.acme.example": aFailure(), "second.acme.example": relayDenied });

    await sender.take(aJob());

    expect(sender.delivery()).toMatchObject({
      state: "deferred",
      attempts: [{ reason: "connection-refused" }, { reason: "message-refused", code: 550 }],
    });
  });

  test("of the recipient ends it", async () => {
    const unknown = aFailure({ class: "permanent", reason: "recipient-refused", phase: "recipient", code: 550 });
    const { sender } = createWorld({ "main.acme.example": aFailure(), "second.acme.example": unknown });

    await sender.take(aJob());

    expect(sender.delivery()?.state).toBe("rejected");
  });
});

test("a fallback with a rate carries all mails, each in its slot, while the provider before it is left alone", async () => {
  const limited = smtpTo("limited.acme.example", { maxPerMinute: 60 });
  const sender = createSender({
    settings: [settingsOf("acme", { provider: MAIN, fallback: [limited] })],
    script: ({ settings }) => ("host" in settings && settings.host === MAIN.host ? aFailure() : ACCEPTED),
  });
  const jobs = Array.from({ length: 40 }, (_, index) => aJob({ eventId: `evt-${index}` }));
  for (const job of jobs.slice(0, 5)) await sender.take(job);

  await sender.take(...jobs.slice(5));
  for (let second = 0; second < 300; second += 1) {
    sender.wait(1);
    const due = jobs
      .flatMap((job) => sender.deliveries.waiting(job.deliveryId) ?? [])
      .filter(({ dueAt }) => dueAt <= sender.deps.now().toISOString());
    await sender.take(...due.map(({ job }) => job));
  }

  expect(jobs.map((job) => sender.delivery(job)?.state)).toEqual(Array(40).fill("accepted"));
});
