import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Settlement } from "../../shared/flow/ports.ts";
import { later, NOW } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { ACCEPTED, claimed, deferred, freshJob, LEASE, MESSAGE_ID, subjects } from "./delivery-subjects.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

describe.each(Object.entries(subjects))("a delivery %s whose sender died", (_, createSubject) => {
  test("is taken over by exactly one of two senders, as abandoned", async () => {
    const [{ store }, job] = [createSubject(tables.deliveries), freshJob()];
    await store.claim(job, MESSAGE_ID, LEASE, NOW);

    const results = await Promise.all([
      store.claim(job, MESSAGE_ID, later(60).toISOString(), later(30)),
      store.claim(job, MESSAGE_ID, later(61).toISOString(), later(31)),
    ]);

    expect(results.map(({ kind }) => kind).sort()).toEqual(["abandoned", "busy"]);
  });

  test("keeps a late attempt of the dead one that failed, and the other's state", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    const late = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));
    const taken = await store.claim(job, MESSAGE_ID, later(60).toISOString(), later(30));
    if (taken.kind !== "abandoned") throw new Error(taken.kind);

    await store.settle(taken.claim, deferred(job, 1), later(31));
    const kept = await store.settle(late, deferred(job, 1), later(32));

    expect(kept).toBe(false);
    expect(await read(job)).toMatchObject({
      state: "deferred",
      dueAt: later(60).toISOString(),
      possibleDuplicate: true,
      attempts: [{ class: "transient" }, { class: "transient" }],
    });
  });

  test.each(["before", "after"])("can be tried again although a late attempt came %s the other's", async (when) => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    const late = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));
    const taken = await store.claim(job, MESSAGE_ID, later(60).toISOString(), later(30));
    if (taken.kind !== "abandoned") throw new Error(taken.kind);
    if (when === "before") await store.settle(late, deferred(job, 1), later(31));
    await store.settle(taken.claim, deferred(job, taken.claim.tries + 1), later(31));
    if (when === "after") await store.settle(late, deferred(job, 1), later(32));

    const next = await store.claim({ ...job, tries: 1 }, MESSAGE_ID, later(90).toISOString(), later(60));

    expect(next.kind).toBe("claimed");
    expect((await read(job))?.attempts).toHaveLength(2);
  });

  test.each(["deferred", "ambiguous", "held"] as const)(
    "is accepted when the dead one says so late, although it was %s: nobody tries it again",
    async (state) => {
      const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
      const late = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));
      const taken = await store.claim(job, MESSAGE_ID, later(60).toISOString(), later(30));
      if (taken.kind !== "abandoned") throw new Error(taken.kind);
      await store.settle(taken.claim, { ...deferred(job, 1), state }, later(31));

      expect(await store.settle(late, ACCEPTED, later(32))).toBe(false);

      expect(await read(job)).toMatchObject({
        state: "accepted",
        dueAt: null,
        possibleDuplicate: true,
        provider: "smtp",
      });
      expect(await store.claim({ ...job, tries: 1 }, MESSAGE_ID, LEASE, later(60))).toEqual({ kind: "finished" });
    },
  );

  test("stays accepted whatever the one who took it over finds", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    const late = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));
    const taken = await store.claim(job, MESSAGE_ID, later(60).toISOString(), later(30));
    if (taken.kind !== "abandoned") throw new Error(taken.kind);
    await store.settle(late, ACCEPTED, later(31));

    expect(await store.settle(taken.claim, deferred(job, 1), later(32))).toBe(false);

    expect(await read(job)).toMatchObject({ state: "accepted", dueAt: null });
    expect((await read(job))?.attempts.map((one) => one.class)).toEqual(["accepted", "transient"]);
  });

  test.each(["rejected", "expired", "cancelled"] as const)("stays %s whatever comes late", async (state) => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    const late = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));
    const taken = await store.claim(job, MESSAGE_ID, later(60).toISOString(), later(30));
    if (taken.kind !== "abandoned") throw new Error(taken.kind);
    await store.settle(taken.claim, { ...ACCEPTED, state }, later(31));

    await store.settle(late, ACCEPTED, later(32));

    expect((await read(job))?.state).toBe(state);
    expect((await read(job))?.attempts).toHaveLength(2);
  });
});

describe.each(Object.entries(subjects))("a delivery %s that was only parked", (_, createSubject) => {
  const parked = (job: DeliverJob, tries: number): Settlement => ({ ...deferred(job, tries), attempts: [] });

  test("has no attempt to show, and is claimed with as many tries as before", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    await store.settle(claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW)), parked(job, 0), later(1));

    const next = claimed(await store.claim(job, "<other@x.example>", later(90).toISOString(), later(60)));

    expect(next).toMatchObject({
      tries: 0,
      delivery: { messageId: MESSAGE_ID, attempts: [], createdAt: NOW.toISOString() },
    });
    expect((await read(job))?.state).toBe("sending");
  });

  test("is claimed by exactly one of two senders", async () => {
    const [{ store }, job] = [createSubject(tables.deliveries), freshJob()];
    await store.settle(claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW)), parked(job, 0), later(1));

    const results = await Promise.all(
      [90, 91].map((end) => store.claim(job, MESSAGE_ID, later(end).toISOString(), later(60))),
    );

    expect(results.map(({ kind }) => kind).sort()).toEqual(["busy", "claimed"]);
  });
});
