import { describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { AmbiguousPolicy, ProviderSettings } from "../../shared/domain/mail-settings.ts";
import type { SendOutcome } from "../../shared/domain/outcome.ts";
import type { DeliveryStore } from "../../shared/flow/ports.ts";
import { aFailure, aJob, NOW, settingsOf } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { createSender, endings, LEASE_SECONDS } from "./sender-in-memory.ts";

const AMBIGUOUS = aFailure({ class: "ambiguous", reason: "possibly-sent", phase: "accepted", text: "No answer." });

describe("a mail that may have been sent", () => {
  test("is tried once more, marked as a possible duplicate", async () => {
    const sender = createSender({ script: endings(AMBIGUOUS) });
    await sender.take(aJob());
    expect(sender.delivery()).toMatchObject({
      state: "ambiguous",
      dueAt: NOW.toISOString(),
      possibleDuplicate: true,
    });

    await sender.take(sender.waitingJob());

    expect(sender.delivery()).toMatchObject({ state: "accepted", possibleDuplicate: true });
    expect(sender.sent[1]?.mail.messageId).toBe(sender.sent[0]?.mail.messageId);
  });

  test("is held for a person when the second try ends so, too", async () => {
    const sender = createSender({ script: endings(AMBIGUOUS, AMBIGUOUS) });
    await sender.take(aJob());

    await sender.take(sender.waitingJob());

    expect(sender.delivery()).toMatchObject({ state: "held", dueAt: null });
  });

  test("is held for a person at once when the settings say so", async () => {
    const sender = createSender({
      settings: [settingsOf("acme", { onAmbiguous: "hold" })],
      script: endings(AMBIGUOUS),
    });

    await sender.take(aJob());
    await sender.take(aJob());

    expect(sender.delivery()).toMatchObject({ state: "held", dueAt: null });

    expect(sender.sent).toHaveLength(1);
  });

  describe("when its tenant prefers to hold by the time it is to be tried again", () => {
    /** A mail that waits for its second try, under settings that changed since. */
    const changedMeanwhile = async () => {
      let onAmbiguous: AmbiguousPolicy = "retry";
      const sender = createSender({
        script: endings(AMBIGUOUS),
        deps: {
          config: { load: (tenants) => fixedSending([settingsOf("acme", { onAmbiguous })]).load(tenants) },
        },
      });
      await sender.take(aJob());
      onAmbiguous = "hold";
      return sender;
    };

    test("is held, and says why", async () => {
      const sender = await changedMeanwhile();

      await sender.take(sender.waitingJob());

      expect(sender.sent).toHaveLength(1);
      expect(sender.delivery()).toMatchObject({ state: "held", possibleDuplicate: true, note: HELD_NOTE });
    });

    test("is sent all the same for an administrator who asks for it", async () => {
      const sender = await changedMeanwhile();

      await sender.take({ ...sender.waitingJob(), isUrgent: true });

      expect(sender.delivery()).toMatchObject({ state: "accepted", possibleDuplicate: true });
    });
  });
});

const HELD_NOTE = expect.stringContaining("may have been sent already");

/** Claims a job as a sender does that then dies. */
const claimAndDie = async (deliveries: DeliveryStore, job: DeliverJob, at: Date) => {
  const leaseUntil = new Date(at.getTime() + LEASE_SECONDS * 1000).toISOString();
  return deliveries.claim(job, "<id@acme.example>", leaseUntil, at);
};

describe("a mail whose sender died", () => {
  test("is left alone while the dead sender's lease lasts", async () => {
    const sender = createSender();
    await claimAndDie(sender.deliveries, aJob(), NOW);
    sender.wait(LEASE_SECONDS - 1);

    expect(await sender.take(aJob())).toEqual(["m0"]);
    expect(sender.sent).toEqual([]);
  });

  test("counts as possibly sent and is tried once more afterwards", async () => {
    const sender = createSender();
    await claimAndDie(sender.deliveries, aJob(), NOW);
    sender.wait(LEASE_SECONDS);

    expect(await sender.take(aJob())).toEqual([]);
    expect(sender.sent).toEqual([]);
    expect(sender.delivery()).toMatchObject({
      state: "ambiguous",
      possibleDuplicate: true,
      attempts: [{ class: "ambiguous", reason: "possibly-sent", provider: null }],
    });

    await sender.take(sender.waitingJob());
    expect(sender.sent).toHaveLength(1);
    expect(sender.delivery()).toMatchObject({ state: "accepted", possibleDuplicate: true });
  });

  test("waits for SendGrid's events when it may have been SendGrid that was asked, and never for those of a relay", async () => {
    const sendGrid: ProviderSettings = {
      kind: "sendgrid",
      region: "global",
      url: "/v3/mail/send",
      eventWebhookKey: "k",
    };
    const dueAfter = async (provider: ProviderSettings | undefined, fallback: readonly ProviderSettings[]) => {
      const sender = createSender({ settings: [settingsOf("acme", { ...(provider ? { provider } : {}), fallback })] });
      await claimAndDie(sender.deliveries, aJob(), NOW);
      sender.wait(LEASE_SECONDS);
      await sender.take(aJob());
      return (Date.parse(sender.delivery()?.dueAt ?? "") - NOW.getTime()) / 1000 - LEASE_SECONDS;
    };

    expect(await dueAfter(sendGrid, [])).toBe(600);
    expect(await dueAfter(undefined, [sendGrid])).toBe(600);
    expect(await dueAfter(undefined, [])).toBe(0);
  });

  test("is held when the settings say so, and never sent again", async () => {
    const sender = createSender({ settings: [settingsOf("acme", { onAmbiguous: "hold" })] });
    await claimAndDie(sender.deliveries, aJob(), NOW);
    sender.wait(LEASE_SECONDS);

    await sender.take(aJob());
    await sender.take(aJob());

    expect(sender.delivery()?.state).toBe("held");
    expect(sender.sent).toEqual([]);
  });
});

describe("a sender that outlives its lease", () => {
  /** The first send lasts until another sender has taken its mail over. */
  const overtaken = async (outcome: SendOutcome) => {
    const sender = createSender({
      script: async () => {
        if (sender.sent.length > 1) return ACCEPTED;
        sender.wait(LEASE_SECONDS);
        await sender.take(aJob());
        return outcome;
      },
    });
    const again = await sender.take(aJob());
    return { sender, again };
  };

  test("tells that the mail was accepted, marked as a possible duplicate, and nobody tries it again", async () => {
    const { sender, again } = await overtaken(ACCEPTED);

    expect(again).toEqual([]);
    expect(sender.delivery()).toMatchObject({ state: "accepted", dueAt: null, possibleDuplicate: true });
    expect(sender.delivery()?.attempts.map((attempt) => attempt.class)).toEqual(["ambiguous", "accepted"]);
    expect(sender.log.lines.map(({ event }) => event)).toContain("delivery.lease-lost");
  });

  test("does not keep the mail from its next try", async () => {
    const { sender } = await overtaken(aFailure());

    await sender.take(sender.waitingJob());

    expect(sender.sent).toHaveLength(2);
    expect(sender.delivery()?.state).toBe("accepted");
  });
});
