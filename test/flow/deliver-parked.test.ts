import { describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import { transportOf } from "../../shared/domain/transport.ts";
import type { DeliveryStore } from "../../shared/flow/ports.ts";
import { addressOf, aFailure, aJob, settingsOf, smtpTo } from "../fakes/builders.ts";
import { createMemoryDeliveryStore } from "../fakes/memory-delivery-store.ts";
import { ACCEPTED, type Script } from "../fakes/scripted-providers.ts";
import { createSender, type Setting } from "./sender-in-memory.ts";

const ACME = transportOf(settingsOf("acme"), settingsOf("acme").settings.provider);

const jobTo = (name: string) => aJob({ recipient: addressOf(`${name}@acme.example`) });

/** Deliveries in memory that note which of their methods were called. */
const countedDeliveries = () => {
  const store = createMemoryDeliveryStore();
  const calls: string[] = [];
  const noting =
    <A extends unknown[], R>(name: string, call: (...args: A) => R) =>
    (...args: A): R => {
      calls.push(name);
      return call(...args);
    };
  const deliveries: DeliveryStore = {
    park: noting("park", store.park),
    claim: noting("claim", store.claim),
    settle: noting("settle", store.settle),
  };
  return { deliveries, store, calls };
};

/** A sender whose server has failed five times, so that it is left alone. */
const senderBehindOpenBreaker = async (script: Script = () => aFailure(), setting: Setting = {}) => {
  const { deliveries, store, calls } = countedDeliveries();
  const sender = createSender({ ...setting, script, deps: { deliveries } });
  for (const name of ["p0", "p1", "p2", "p3", "p4"]) await sender.take(jobTo(name));
  calls.length = 0;
  return { sender, store, calls };
};

describe("a mail behind a server that is left alone", () => {
  test("waits with one write and no claim, however often it asks", async () => {
    const { sender, store, calls } = await senderBehindOpenBreaker();

    expect(await sender.take(jobTo("late"))).toEqual([]);
    const back = store.waiting(jobTo("late").deliveryId)?.job as DeliverJob;
    expect(await sender.take(back)).toEqual([]);

    expect(calls).toEqual(["park", "park"]);
    expect(store.delivery(back.deliveryId)).toMatchObject({ state: "deferred", attempts: [] });
    expect(store.delivery(back.deliveryId)?.note).toContain("is left alone for a while");
  });

  test("is put aside one after the other with others of its batch, while mails of other servers go out", async () => {
    let atOnce = 0;
    let most = 0;
    const { sender, store } = await senderBehindOpenBreaker(({ scope }) => (scope === "acme" ? aFailure() : ACCEPTED));
    const park: DeliveryStore["park"] = async (...args) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return store.park(...args);
    };
    Object.assign(sender.deps.deliveries, { park });
    const other = aJob({ scope: settingsOf("globex").settings.scope });

    await sender.take(jobTo("a"), jobTo("b"), other, jobTo("c"));

    expect(most).toBe(1);
    expect(store.delivery(other.deliveryId)?.state).toBe("accepted");
  });

  test("goes out by its fallback instead", async () => {
    const settings = [settingsOf("acme", { fallback: [smtpTo("backup.acme.example")] })];
    const { sender, store } = await senderBehindOpenBreaker(
      ({ settings: to }) => ("host" in to && to.host === "backup.acme.example" ? ACCEPTED : aFailure()),
      { settings },
    );

    await sender.take(jobTo("late"));

    expect(store.delivery(jobTo("late").deliveryId)).toMatchObject({ state: "accepted", attempts: [{}] });
  });

  test("is claimed all the same when another sender is at it, and its message comes again", async () => {
    const { sender, store, calls } = await senderBehindOpenBreaker();
    await store.claim(jobTo("held"), "<id@acme.example>", "2026-11-20T12:00:30.000Z", sender.deps.now());

    expect(await sender.take(jobTo("held"))).toEqual(["m0"]);

    expect(calls).toEqual(["park", "claim"]);
  });

  test("is ended with a claim once it is too old to wait", async () => {
    const { sender, store, calls } = await senderBehindOpenBreaker();
    await sender.take(jobTo("late"));
    sender.wait(48 * 3600);
    // As a probe that just failed leaves it.
    const openUntil = new Date(sender.deps.now().getTime() + 60_000).toISOString();
    await sender.breakers.change(ACME, (known) => ({ ...known, openUntil }));
    calls.length = 0;

    await sender.take(store.waiting(jobTo("late").deliveryId)?.job as DeliverJob);

    expect(calls).toEqual(["park", "claim", "settle"]);
    expect(store.delivery(jobTo("late").deliveryId)?.state).toBe("expired");
  });
});
