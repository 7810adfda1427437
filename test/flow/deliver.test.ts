import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import type { SendOutcome } from "../../shared/domain/outcome.ts";
import { type DeliverDeps, deliver } from "../../shared/flow/deliver.ts";
import type { DeliveryStore } from "../../shared/flow/ports.ts";
import { addressOf, aFailure, aJob, scopeOf, settingsOf } from "../fakes/builders.ts";
import { createMemoryDeliveryStore } from "../fakes/memory-delivery-store.ts";
import { createMemoryEventStore } from "../fakes/memory-event-store.ts";
import { ACCEPTED, type Script } from "../fakes/scripted-providers.ts";
import { createSender, endings, LEASE_SECONDS } from "./sender-in-memory.ts";

const jobTo = (name: string) => aJob({ recipient: addressOf(`${name}@acme.example`) });

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

  test("has the less time the longer its settings took to load: the function ends all the same", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout");
    onTestFinished(() => timeout.mockRestore());
    const sender = createSender();
    const { config } = sender.deps;
    const load: typeof config.load = (tenants) => {
      sender.wait(10);
      return config.load(tenants);
    };

    await deliver({ ...sender.deps, config: { load } }, [{ id: "m0", body: JSON.stringify(aJob()) }]);

    expect(timeout.mock.calls).toEqual([[15_000]]);
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
    return sender.sent[0]?.scope;
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

test("an event that does not travel with its job is looked up at its tenant", async () => {
  const { event, ...byReference } = aJob();
  const asked: unknown[] = [];
  const read: DeliverDeps["events"]["read"] = async (...key) => {
    asked.push(key);
    return event;
  };
  const sender = createSender({ deps: { events: { ...createMemoryEventStore(), read } } });

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

  test("calls a mail possibly sent when a provider breaks its word and throws, and tells the log", async () => {
    const sender = createSender({
      script: ({ mail }) => {
        if (mail.to.startsWith("ada")) throw new Error("a bug");
        return ACCEPTED;
      },
    });

    expect(await sender.take(jobTo("ada"), jobTo("bob"))).toEqual([]);
    expect(sender.delivery(jobTo("ada"))).toMatchObject({
      state: "ambiguous",
      possibleDuplicate: true,
      attempts: [{ class: "ambiguous", text: expect.stringContaining("the log of the function deliver") }],
    });
    expect(sender.log.lines).toContainEqual(expect.objectContaining({ level: "error", event: "provider.failed" }));
    expect(sender.delivery(jobTo("bob"))?.state).toBe("accepted");
  });
});
