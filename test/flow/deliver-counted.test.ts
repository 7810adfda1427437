import { describe, expect, test } from "vitest";
import { bindingFor } from "../../shared/domain/mail-settings.ts";
import { addressOf, aFailure, aJob, later, NOW, scopeOf, settingsOf, unknownRecipient } from "../fakes/builders.ts";
import { ACCEPTED, type Script } from "../fakes/scripted-providers.ts";
import { createSender, endings, LEASE_SECONDS, type Setting } from "./sender-in-memory.ts";

const jobTo = (name: string) => aJob({ recipient: addressOf(`${name}@acme.example`) });
const AMBIGUOUS = aFailure({ class: "ambiguous", reason: "possibly-sent", phase: "accepted" });
const REFUSED = aFailure({ class: "config", reason: "login-refused", phase: "auth", code: 535 });
const SENDGRID = { kind: "sendgrid", region: "global", url: "/v3/mail/send" } as const;
const BINDING = bindingFor(SENDGRID, "apiKey") ?? "";
const BY_SENDGRID: Setting = {
  settings: [
    settingsOf(
      "acme",
      { provider: SENDGRID },
      { apiKey: { versionId: "v1", updatedAt: NOW.toISOString(), binding: BINDING } },
    ),
  ],
  secrets: async () => ({ secret: "SG.key", binding: BINDING }),
};

/** A sender of which one batch with one mail has been taken. */
const afterOne = async (setting: Setting) => {
  const sender = createSender(setting);
  await sender.take(aJob());
  return sender;
};

describe("a batch counts of each mail", () => {
  test.each<readonly [title: string, setting: Setting, sums: Record<string, number>]>([
    ["that it was accepted, and how long it took", {}, { "MailsAccepted/smtp": 1, "AcceptanceTime/smtp": 0 }],
    ["that SendGrid took it", BY_SENDGRID, { "MailsAccepted/sendgrid": 1, "AcceptanceTime/sendgrid": 0 }],
    ["that it was rejected", { script: () => unknownRecipient() }, { "MailsRejected/smtp": 1 }],
    ["that it waits for its next try", { script: () => aFailure() }, { "MailsDeferred/smtp": 1 }],
    ["that it waits for settings", { settings: [] }, { "MailsDeferred/none": 1 }],
    ["that it is tried once more although it may have been sent", { script: () => AMBIGUOUS }, { MailsAmbiguous: 1 }],
    [
      "that it is held",
      { settings: [settingsOf("acme", { onAmbiguous: "hold" })], script: () => AMBIGUOUS },
      { MailsHeld: 1 },
    ],
    [
      "that it was given up",
      {
        script: () => aFailure(),
        deps: { retry: { baseSeconds: 30, capSeconds: 600, giveUpHours: 0.0001, feedbackSeconds: 600 } },
      },
      { MailsExpired: 1 },
    ],
    [
      "that it waits for a fault of ours",
      {
        deps: {
          renderBuiltIn: async () => {
            throw new Error("the table is not there");
          },
        },
      },
      { OwnFailures: 1, "MailsDeferred/none": 1 },
    ],
    [
      "that a provider of ours broke, and what follows for the mail",
      {
        script: () => {
          throw new Error("a bug");
        },
      },
      { OwnFailures: 1, MailsAmbiguous: 1 },
    ],
  ])("%s", async (_, setting, sums) => {
    const sender = await afterOne(setting);

    expect(sender.metrics.sums()).toEqual(sums);
  });

  test("that its recipient is not to be mailed", async () => {
    const sender = createSender();
    const bounced = { address: aJob().recipient, cause: "bounced", reason: null, deliveryId: null } as const;
    await sender.suppressions.add(scopeOf("acme"), bounced, { by: "tidings", at: NOW });

    await sender.take(aJob());

    expect(sender.metrics.sums()).toEqual({ MailsSuppressed: 1 });
  });

  test("that there may be two of it, once it was accepted after all", async () => {
    const sender = createSender({ script: endings(AMBIGUOUS) });

    await sender.take(aJob());
    await sender.take(sender.waitingJob());

    expect(sender.metrics.sums()).toMatchObject({ MailsAmbiguous: 1, "MailsAccepted/smtp": 1, PossibleDuplicates: 1 });
  });

  test("each by itself, however they end", async () => {
    const sender = createSender({
      script: ({ mail }) => (mail.to.startsWith("nobody") ? unknownRecipient() : ACCEPTED),
    });

    await sender.take(jobTo("ada"), jobTo("nobody"), jobTo("bob"), "no job");

    expect(sender.metrics.sums()).toEqual({
      "MailsAccepted/smtp": 2,
      "AcceptanceTime/smtp": 0,
      "MailsRejected/smtp": 1,
    });
  });

  test("nothing more when its message comes again after its end", async () => {
    const sender = await afterOne({});
    const before = sender.metrics.sums();

    expect(await sender.take(aJob())).toEqual([]);

    expect(sender.metrics.sums()).toEqual(before);
  });
});

describe("the time until acceptance", () => {
  test("counts from when the event came in, waits between tries included", async () => {
    const sender = createSender({ script: endings(aFailure()) });
    sender.wait(7);

    await sender.take(aJob());
    sender.wait(60);
    await sender.take(sender.waitingJob());

    expect(sender.metrics.sums()["AcceptanceTime/smtp"]).toBe(67_000);
  });

  test("counts from the end of what held a mail back on purpose", async () => {
    const sender = createSender();
    const { claim } = sender.deps.deliveries;
    const heldUntil = later(3600).toISOString();
    Object.assign(sender.deps, {
      deliveries: {
        ...sender.deps.deliveries,
        claim: async (...args: Parameters<typeof claim>) => {
          const result = await claim(...args);
          return result.kind === "claimed"
            ? { ...result, claim: { ...result.claim, sendableFrom: heldUntil } }
            : result;
        },
      },
    });
    sender.wait(3605);

    await sender.take(aJob());

    expect(sender.metrics.sums()["AcceptanceTime/smtp"]).toBe(5_000);
  });
});

describe("senders in each other's way", () => {
  test("are counted when another one holds a mail", async () => {
    const sender = createSender();
    await sender.deps.deliveries.claim(aJob(), "<id@acme.example>", later(LEASE_SECONDS).toISOString(), NOW);

    expect(await sender.take(aJob())).toEqual(["m0"]);

    expect(sender.metrics.sums()).toEqual({ LeasesBusy: 1 });
  });

  test.each<readonly [title: string, script: Script, sums: Record<string, number>]>([
    ["and leave to the other one to count a mail that waits", () => aFailure(), { LeasesLost: 1 }],
    [
      "and an acceptance all the same, for it stands",
      () => ACCEPTED,
      { LeasesLost: 1, "MailsAccepted/smtp": 1, "AcceptanceTime/smtp": 0 },
    ],
  ])("are counted when a lease was lost, %s", async (_, script, sums) => {
    const sender = createSender({ script });
    Object.assign(sender.deps, { deliveries: { ...sender.deps.deliveries, settle: async () => false } });

    await sender.take(aJob());

    expect(sender.metrics.sums()).toEqual(sums);
  });
});

describe("faults of Tidings' own", () => {
  test("are counted for each mail when the configuration cannot be read", async () => {
    const sender = createSender({
      deps: { config: { load: () => Promise.reject(new Error("the table is not there")) } },
    });

    await expect(sender.take(jobTo("ada"), jobTo("bob"))).rejects.toThrow("the table is not there");

    expect(sender.metrics.sums()).toEqual({ OwnFailures: 2 });
  });

  test("are counted when a mail cannot be claimed", async () => {
    const sender = createSender();
    const claim = () => Promise.reject(new Error("throttled"));
    Object.assign(sender.deps, { deliveries: { ...sender.deps.deliveries, claim } });

    expect(await sender.take(aJob())).toEqual(["m0"]);

    expect(sender.metrics.sums()).toEqual({ OwnFailures: 1 });
  });

  test.each([
    ["once, however often storing was repeated, when it went well in the end", 3, { OutcomesNotStored: 1 }],
    ["and with it the failure, when it never went well", 9, { OutcomesNotStored: 1, OwnFailures: 1 }],
  ])("are counted when an outcome is not stored: %s", async (_, failures, sums) => {
    const sender = createSender({ script: () => unknownRecipient() });
    const { settle } = sender.deps.deliveries;
    let left = failures;
    const failing: typeof settle = async (...args) => {
      left -= 1;
      if (left >= 0) throw new Error("throttled");
      return settle(...args);
    };
    Object.assign(sender.deps, { deliveries: { ...sender.deps.deliveries, settle: failing } });

    await sender.take(aJob());

    expect(sender.metrics.sums()).toMatchObject(sums);
    expect(sender.metrics.sums()["MailsRejected/smtp"]).toBe(failures === 3 ? 1 : undefined);
  });
});

describe("servers that cause trouble", () => {
  test("are counted once when they are left alone, and once more when the probe fails", async () => {
    const sender = createSender({ script: () => aFailure() });

    for (const name of ["p0", "p1", "p2", "p3", "p4", "p5", "p6"]) await sender.take(jobTo(name));
    expect(sender.metrics.sums()).toEqual({ "MailsDeferred/smtp": 5, "MailsDeferred/none": 2, BreakersOpened: 1 });

    sender.wait(600);
    await sender.take(jobTo("p7"));
    expect(sender.metrics.sums()).toMatchObject({ "MailsDeferred/smtp": 6, BreakersOpened: 2 });
  });

  test("are counted when they ask for a pause", async () => {
    const sender = await afterOne({ script: () => aFailure({ reason: "rate-limited", retryAfterSeconds: 60 }) });

    expect(sender.metrics.sums()).toMatchObject({ BreakersOpened: 1 });
  });

  test("are counted once when they ask many mails at the same time for a pause", async () => {
    const sender = createSender({ script: () => aFailure({ reason: "rate-limited", retryAfterSeconds: 60 }) });

    await sender.take(...["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"].map(jobTo));

    expect(sender.metrics.sums()).toMatchObject({ BreakersOpened: 1 });
  });

  test.each(["acme", "system"])(
    "are counted once when they refuse the login of %s, however many mails wait",
    async (scope) => {
      const sender = createSender({ settings: [settingsOf(scope)], script: () => REFUSED });

      await sender.take(jobTo("ada"), jobTo("bob"));
      await sender.take(jobTo("eve"));

      expect(sender.metrics.sums()).toMatchObject({ TransportsSuspended: 1 });
    },
  );
});

describe("mails that wait until somebody mends the settings of the root", () => {
  const ended = aFailure({ class: "config", reason: "oauth-refused", phase: "settings" });

  test.each([
    ["its login is refused", REFUSED],
    ["its consent has ended", ended],
  ])("are counted each time they are put off, since %s", async (_, outcome) => {
    const sender = createSender({ settings: [settingsOf("system")], script: () => outcome });

    await sender.take(jobTo("ada"));
    await sender.take(jobTo("bob"), jobTo("eve"));

    expect(sender.metrics.sums()).toMatchObject({ SystemMailsStalled: 3 });
  });

  test("are no others: neither those of a tenant's own settings nor those of a server that is down", async () => {
    const own = createSender({ settings: [settingsOf("acme")], script: () => ended });
    const down = createSender({ settings: [settingsOf("system")], script: () => aFailure() });

    await own.take(jobTo("ada"));
    await down.take(jobTo("ada"));

    expect([own.metrics.sums().SystemMailsStalled, down.metrics.sums().SystemMailsStalled]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
