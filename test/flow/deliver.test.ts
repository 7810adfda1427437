import { describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import { bindingOf, type StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import type { SendOutcome } from "../../shared/domain/outcome.ts";
import { type DeliverDeps, deliver } from "../../shared/flow/deliver.ts";
import type { DeliveryStore, SecretValue } from "../../shared/flow/ports.ts";
import { addressOf, aFailure, aJob, later, NOW, scopeOf, settingsOf, smtpTo } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { createMemoryDeliveryStore } from "../fakes/memory-delivery-store.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { ACCEPTED, createScriptedProviders, type Script } from "../fakes/scripted-providers.ts";

const LEASE_SECONDS = 30;

interface Setting {
  readonly settings?: readonly StoredMailSettings[];
  readonly script?: Script;
  readonly secrets?: (scope: string, versionId: string) => Promise<SecretValue | undefined>;
  readonly deps?: Partial<DeliverDeps>;
}

/** A sender in memory at a clock of its own. `acme` and `system` have a server without login each. */
const createSender = (setting: Setting = {}) => {
  let now = NOW;
  const deliveries = createMemoryDeliveryStore();
  const providers = createScriptedProviders(setting.script);
  const log = createMemoryLog();
  const deps: DeliverDeps = {
    config: fixedSending(setting.settings ?? [settingsOf("system"), settingsOf("acme")]),
    deliveries,
    events: { read: async () => undefined },
    secrets: { read: setting.secrets ?? (async () => undefined) },
    providers,
    render: ({ type }) => ({ subject: `About ${type}`, html: "<p></p>", text: "" }),
    retry: { baseSeconds: 30, capSeconds: 600, giveUpHours: 48 },
    leaseSeconds: LEASE_SECONDS,
    sendDeadlineSeconds: 25,
    log,
    now: () => now,
    random: () => 0.5,
    ...setting.deps,
  };
  return {
    deps,
    deliveries,
    log,
    sent: providers.sent,
    opened: providers.opened,
    wait: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    /** Sends a batch; each message is `m0`, `m1` ... Answers those that come again. */
    take: (...jobs: readonly (DeliverJob | string)[]) =>
      deliver(
        deps,
        jobs.map((job, index) => ({ id: `m${index}`, body: typeof job === "string" ? job : JSON.stringify(job) })),
      ),
    delivery: (job: DeliverJob = aJob()) => deliveries.delivery(job.deliveryId),
    /** The job that a waiting delivery comes back with. */
    waitingJob: (job: DeliverJob = aJob()): DeliverJob => {
      const waiting = deliveries.waiting(job.deliveryId);
      if (waiting === null) throw new Error("the delivery does not wait");
      return waiting.job;
    },
  };
};

/** A script that ends the first send so, the second so ... and accepts every further one. */
const endings = (...outcomes: SendOutcome[]): Script => {
  const left = [...outcomes];
  return () => left.shift() ?? ACCEPTED;
};

const AMBIGUOUS = aFailure({ class: "ambiguous", reason: "possibly-sent", phase: "accepted", text: "No answer." });

const jobTo = (name: string, different: Partial<DeliverJob> = {}) =>
  aJob({ recipient: addressOf(`${name}@acme.example`), ...different });

describe("a mail that goes through", () => {
  test("is sent under the settings in force and recorded as accepted", async () => {
    const sender = createSender();
    const job = aJob();

    const again = await sender.take(job);

    expect(again).toEqual([]);
    expect(sender.sent[0]?.mail).toMatchObject({
      from: { name: "CI", address: "ci@acme.example" },
      to: "ada@acme.example",
      subject: "About PipelineFailed",
      messageId: `<${job.deliveryId}@acme.example>`,
      deliveryId: job.deliveryId,
    });
    expect(sender.delivery()).toMatchObject({
      state: "accepted",
      subject: "About PipelineFailed",
      provider: "smtp",
      possibleDuplicate: false,
      dueAt: null,
      attempts: [{ class: "accepted", phase: "accepted", reason: null, code: 250, text: "OK", provider: "smtp" }],
    });
  });

  test("is sent once although its message comes again", async () => {
    const sender = createSender();

    await sender.take(aJob());
    const again = await sender.take(aJob(), aJob());

    expect(again).toEqual([]);
    expect(sender.sent).toHaveLength(1);
  });

  test("is sent once although two copies of its message are in one batch: one waits for the other's end", async () => {
    const sender = createSender();

    expect(await sender.take(aJob(), aJob())).toEqual(["m1"]);
    expect(await sender.take(aJob())).toEqual([]);
    expect(sender.sent).toHaveLength(1);
  });

  test("is not told with anybody's address in the log", async () => {
    const sender = createSender({ script: endings(aFailure()) });

    await sender.take(aJob(), jobTo("bob"));

    expect(sender.log.lines.map(({ event }) => event).sort()).toEqual(["mail.accepted", "mail.not-accepted"]);
    expect(JSON.stringify(sender.log.lines)).not.toContain("@");
  });

  test("may have a deadline that is no whole number of milliseconds", async () => {
    const sender = createSender({ deps: { sendDeadlineSeconds: 16.1 } });

    expect(await sender.take(aJob())).toEqual([]);
    expect(sender.delivery()?.state).toBe("accepted");
  });

  test("is not waited for beyond its deadline", async () => {
    const timeout: SendOutcome = aFailure({ reason: "timeout" });
    const untilAborted: Script = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve(timeout));
      });
    const sender = createSender({ script: untilAborted, deps: { sendDeadlineSeconds: 0.01 } });

    await sender.take(aJob());

    expect(sender.delivery()).toMatchObject({ state: "deferred", attempts: [{ reason: "timeout" }] });
  });
});

describe("the settings in force", () => {
  const sentBy = async (scope: string, ...settings: StoredMailSettings[]) => {
    const sender = createSender({ settings });
    await sender.take(aJob({ scope: scopeOf(scope) }));
    return sender.sent[0]?.stored.settings.scope;
  };

  test("are inherited from the nearest scope that has its own", async () => {
    const all = [settingsOf("system"), settingsOf("acme"), settingsOf("acme.eng", { mode: "inherit" })];

    expect(await sentBy("acme", ...all)).toBe("acme");
    expect(await sentBy("acme.eng.payments", ...all)).toBe("acme");
    expect(await sentBy("globex.shop", ...all)).toBe("system");
  });

  test("are each tenant's own in a batch of several", async () => {
    const sender = createSender({ settings: [settingsOf("acme"), settingsOf("globex")] });

    await sender.take(aJob(), aJob({ scope: scopeOf("globex") }), jobTo("bob"));

    expect(sender.sent.map(({ mail }) => mail.from.address)).toEqual([
      "ci@acme.example",
      "ci@globex.example",
      "ci@acme.example",
    ]);
  });
});

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
});

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

  test("keeps what happened to it, marked as a possible duplicate, and leaves the state to the other", async () => {
    const { sender, again } = await overtaken(ACCEPTED);

    expect(again).toEqual([]);
    expect(sender.delivery()).toMatchObject({ state: "ambiguous", possibleDuplicate: true });
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

describe("something of ours that fails before the send", () => {
  const LOGIN = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
  const password = { versionId: "v1", updatedAt: NOW.toISOString(), binding: bindingOf(LOGIN) };
  const withLogin = settingsOf("acme", { provider: LOGIN, onAmbiguous: "hold" }, { password });

  test("lets the mail wait as certainly not sent, and tells the log why", async () => {
    const outage = new Error("secrets are not there");
    const sender = createSender({ settings: [withLogin], secrets: () => Promise.reject(outage) });

    expect(await sender.take(aJob())).toEqual([]);

    expect(sender.delivery()).toMatchObject({
      state: "deferred",
      possibleDuplicate: false,
      attempts: [{ class: "transient", reason: "unknown", phase: "settings" }],
    });
    expect(sender.log.lines).toContainEqual(
      expect.objectContaining({ level: "error", event: "mail.not-prepared", error: outage }),
    );
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

    expect(sender.delivery()).toMatchObject({ state: "deferred", attempts: [{ phase: "settings" }] });
  });
});

test("an event that does not travel with its job is looked up at its tenant", async () => {
  const { event, ...byReference } = aJob();
  const asked: unknown[] = [];
  const read: DeliverDeps["events"]["read"] = async (...key) => {
    asked.push(key);
    return event;
  };
  const sender = createSender({ deps: { events: { read } } });

  await sender.take(byReference);

  expect(asked).toEqual([["acme", "evt-1"]]);
  expect(sender.delivery()).toMatchObject({ state: "accepted", subject: "About PipelineFailed" });
});

describe("a batch", () => {
  test("repeats only the message that cannot be read", async () => {
    const sender = createSender();

    expect(await sender.take("{", jobTo("bob"), JSON.stringify({ ...aJob(), v: 2 }))).toEqual(["m0", "m2"]);
    expect(sender.sent).toHaveLength(1);
  });

  test("repeats only the mail that could not be claimed", async () => {
    const deliveries = createMemoryDeliveryStore();
    const claim: DeliveryStore["claim"] = async (job, ...rest) => {
      if (job.recipient.startsWith("bob")) throw new Error("the table is not there");
      return deliveries.claim(job, ...rest);
    };
    const sender = createSender({ deps: { deliveries: { ...deliveries, claim } } });

    expect(await sender.take(jobTo("ada"), jobTo("bob"), jobTo("eve"))).toEqual(["m1"]);
    expect(sender.sent.map(({ mail }) => mail.to)).toEqual(["ada@acme.example", "eve@acme.example"]);
  });

  test("repeats only the mail whose outcome could not be recorded, which then counts as possibly sent", async () => {
    const deliveries = createMemoryDeliveryStore();
    let broken = true;
    const settle: DeliveryStore["settle"] = async (...args) => {
      if (broken) throw new Error("the table is not there");
      return deliveries.settle(...args);
    };
    const sender = createSender({ deps: { deliveries: { ...deliveries, settle } } });

    expect(await sender.take(aJob())).toEqual(["m0"]);
    broken = false;
    sender.wait(LEASE_SECONDS);
    expect(await sender.take(aJob())).toEqual([]);

    expect(deliveries.delivery(aJob().deliveryId)).toMatchObject({ state: "ambiguous", possibleDuplicate: true });
  });

  test("goes on while one server hangs", async () => {
    const hanging = Promise.withResolvers<SendOutcome>();
    const bobIsDone = Promise.withResolvers<void>();
    const script: Script = ({ mail }) => {
      if (mail.to.startsWith("ada")) return hanging.promise;
      bobIsDone.resolve();
      return ACCEPTED;
    };
    const sender = createSender({ script });

    const batch = sender.take(jobTo("ada"), jobTo("bob"));
    await bobIsDone.promise;
    hanging.resolve(aFailure({ reason: "timeout" }));

    expect(await batch).toEqual([]);
    expect(sender.delivery(jobTo("ada"))?.state).toBe("deferred");
    expect(sender.delivery(jobTo("bob"))?.state).toBe("accepted");
  });

  test("leaves a mail to its lease when a provider breaks its word and throws", async () => {
    const sender = createSender({
      script: ({ mail }) => {
        if (mail.to.startsWith("ada")) throw new Error("a bug");
        return ACCEPTED;
      },
    });

    expect(await sender.take(jobTo("ada"), jobTo("bob"))).toEqual(["m0"]);
    expect(sender.delivery(jobTo("ada"))?.state).toBe("sending");
  });
});
