import { describe, expect, test } from "vitest";
import { bindingFor } from "../../shared/domain/mail-settings.ts";
import { deliver } from "../../shared/flow/deliver.ts";
import { addressOf, aFailure, aJob, later, NOW, settingsOf, smtpTo } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { createSender, endings } from "./sender-in-memory.ts";

describe("a mail that failed for now", () => {
  test("waits with a job for its next try, and its message is done", async () => {
    const sender = createSender({ script: endings(aFailure({ code: 421, text: "Too busy" })) });

    const again = await sender.take(aJob());

    expect(again).toEqual([]);
    expect(sender.delivery()).toMatchObject({
      state: "deferred",
      dueAt: later(15).toISOString(),
      attempts: [{ class: "transient", reason: "connection-refused", code: 421, text: "Too busy" }],
    });
    expect(sender.waitingJob()).toEqual(aJob({ tries: 1 }));
  });

  test("is tried again with the Message-ID of its first try, also under another sender's settings", async () => {
    const sender = createSender({ script: endings(aFailure()) });
    await sender.take(aJob());
    const moved = [settingsOf("acme", { from: { address: addressOf("ci@new.example") } })];

    await deliver({ ...sender.deps, config: fixedSending(moved) }, [
      { id: "m0", body: JSON.stringify(sender.waitingJob()) },
    ]);

    expect(sender.sent[1]?.mail.from.address).toBe("ci@new.example");
    expect(sender.sent[1]?.mail.messageId).toBe(sender.sent[0]?.mail.messageId);
    expect(sender.delivery()).toMatchObject({ state: "accepted", possibleDuplicate: false });
    expect(sender.delivery()?.attempts).toHaveLength(2);
  });

  test("is not tried by copies of its message from before", async () => {
    const sender = createSender({ script: endings(aFailure(), aFailure()) });
    await sender.take(aJob());
    const second = sender.waitingJob();
    await sender.take(second);

    const again = await sender.take(aJob(), second);

    expect(again).toEqual([]);
    expect(sender.sent).toHaveLength(2);
  });

  test("waits longer after each try", async () => {
    const sender = createSender({ script: () => aFailure() });
    await sender.take(aJob());
    const waits = [sender.delivery()?.dueAt];

    for (let tries = 1; tries < 4; tries += 1) {
      await sender.take(sender.waitingJob());
      waits.push(sender.delivery()?.dueAt);
    }

    expect(waits).toEqual([15, 30, 60, 120].map((seconds) => later(seconds).toISOString()));
  });

  test("is given up when it is too old", async () => {
    const sender = createSender({ script: () => aFailure() });
    await sender.take(aJob());
    const job = sender.waitingJob();
    sender.wait(48 * 3600);

    await sender.take(job);

    expect(sender.delivery()).toMatchObject({ state: "expired", dueAt: null });
  });

  test("waits also when it is the settings that must be mended, and goes out once they are", async () => {
    const sender = createSender({ settings: [] });
    await sender.take(aJob());
    expect(sender.delivery()).toMatchObject({
      state: "deferred",
      attempts: [{ class: "config", reason: "no-mail-settings", phase: "settings", provider: null }],
    });

    await deliver({ ...sender.deps, config: fixedSending([settingsOf("acme")]) }, [
      { id: "m0", body: JSON.stringify(sender.waitingJob()) },
    ]);

    expect(sender.delivery()?.state).toBe("accepted");
  });
});

test("a mail that failed for good is rejected with the server's words", async () => {
  const refusal = aFailure({
    class: "permanent",
    reason: "recipient-refused",
    phase: "recipient",
    code: 550,
    enhancedCode: "5.1.1",
    text: "5.1.1 No such user",
  });
  const sender = createSender({ script: endings(refusal) });

  await sender.take(aJob());

  expect(sender.delivery()).toMatchObject({
    state: "rejected",
    dueAt: null,
    attempts: [{ class: "permanent", code: 550, enhancedCode: "5.1.1", text: "5.1.1 No such user" }],
  });
});

describe("something of ours that fails before the send", () => {
  const LOGIN = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
  const password = { versionId: "v1", updatedAt: NOW.toISOString(), binding: bindingFor(LOGIN, "password") ?? "" };
  const withLogin = settingsOf("acme", { provider: LOGIN, onAmbiguous: "hold" }, { password });

  test("lets the mail wait without a try, and tells the log why", async () => {
    const outage = new Error("secrets are not there");
    const sender = createSender({ settings: [withLogin], secrets: () => Promise.reject(outage) });

    expect(await sender.take(aJob())).toEqual([]);

    expect(sender.delivery()).toMatchObject({ state: "deferred", possibleDuplicate: false, attempts: [] });
    expect(sender.delivery()?.note).toContain("could not be made ready");
    expect(sender.waitingJob().tries).toBe(0);
    expect(sender.log.lines).toContainEqual(
      expect.objectContaining({ level: "error", event: "mail.not-ready", error: outage }),
    );
  });

  test("is our own fault and sends nothing by a fallback", async () => {
    const fallback = [smtpTo("backup.acme.example")];
    const both = settingsOf("acme", { provider: LOGIN, fallback }, { password });
    const sender = createSender({ settings: [both], secrets: () => Promise.reject(new Error("throttled")) });

    await sender.take(aJob());

    expect(sender.sent).toEqual([]);
    expect(sender.delivery()?.state).toBe("deferred");
  });

  test("is no reason to show the secret", async () => {
    const secrets = async () => ({ secret: "hunter2-canary", binding: "for something else" });
    const sender = createSender({ settings: [withLogin], secrets });

    await sender.take(aJob());

    expect(sender.opened).toEqual([]);
    expect(sender.delivery()).toMatchObject({ state: "deferred", attempts: [{ reason: "credentials-required" }] });
    expect(JSON.stringify([sender.delivery(), sender.log.lines])).not.toContain("hunter2-canary");
  });

  test("can be the event that is not stored", async () => {
    const { event: _, ...byReference } = aJob();
    const sender = createSender();

    await sender.take(byReference);

    expect(sender.delivery()).toMatchObject({ state: "deferred", attempts: [] });
  });
});
