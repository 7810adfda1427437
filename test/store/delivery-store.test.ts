import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { later, NOW } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { ACCEPTED, claimed, deferred, freshJob, LEASE, MESSAGE_ID, subjects } from "./delivery-subjects.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

describe.each(Object.entries(subjects))("a delivery %s", (_, createSubject) => {
  test("begins with its first claim", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];

    const { delivery, tries } = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));

    expect(tries).toBe(0);
    expect(await read(job)).toEqual(delivery);
    expect(delivery).toEqual({
      id: job.deliveryId,
      scope: "acme",
      eventId: job.eventId,
      recipient: "ada@acme.example",
      state: "sending",
      possibleDuplicate: false,
      provider: null,
      messageId: MESSAGE_ID,
      ruleIds: ["acme/on-failure"],
      subject: null,
      note: null,
      pipelineId: "build-api",
      attempts: [],
      feedback: [],
      dueAt: null,
      createdAt: NOW.toISOString(),
      updatedAt: NOW.toISOString(),
    });
  });

  test("is busy for others while a claim lasts", async () => {
    const [{ store }, job] = [createSubject(tables.deliveries), freshJob()];
    await store.claim(job, MESSAGE_ID, LEASE, NOW);

    expect(await store.claim(job, MESSAGE_ID, later(59).toISOString(), later(29))).toEqual({ kind: "busy" });
  });

  test("is finished for others once it is settled", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    const claim = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));

    expect(await store.settle(claim, ACCEPTED, later(2))).toBe(true);

    expect(await store.claim(job, MESSAGE_ID, LEASE, later(3))).toEqual({ kind: "finished" });
    expect(await read(job)).toMatchObject({
      state: "accepted",
      attempts: ACCEPTED.attempts,
      subject: "Subject",
      provider: "smtp",
      dueAt: null,
      updatedAt: later(2).toISOString(),
    });
  });

  test("waits when it is deferred, for the job of its next try and for no other", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    const claim = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));
    await store.settle(claim, deferred(job, 1), later(2));
    expect(await read(job)).toMatchObject({ state: "deferred", dueAt: later(60).toISOString() });

    const early = await store.claim(job, MESSAGE_ID, LEASE, later(3));
    const skipping = await store.claim({ ...job, tries: 2 }, MESSAGE_ID, LEASE, later(3));
    const next = await store.claim({ ...job, tries: 1 }, "<other@x.example>", later(90).toISOString(), later(60));

    expect([early.kind, skipping.kind]).toEqual(["finished", "finished"]);
    expect(claimed(next)).toMatchObject({ tries: 1 });
    expect(claimed(next).delivery).toMatchObject({ state: "sending", messageId: MESSAGE_ID, dueAt: null });
  });

  test("keeps when it was made, and every attempt, over its tries", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    for (let tries = 0; tries < 3; tries += 1) {
      const lease = later(30 + tries).toISOString();
      const claim = claimed(await store.claim({ ...job, tries }, MESSAGE_ID, lease, later(tries)));
      await store.settle(claim, deferred(job, tries + 1), later(tries));
    }

    const delivery = await read(job);

    expect(delivery?.attempts).toHaveLength(3);
    expect(delivery?.createdAt).toBe(NOW.toISOString());
  });

  test.each(["rejected", "expired", "held", "suppressed", "cancelled"] as const)(
    "is never claimed again when it is %s",
    async (state) => {
      const [{ store }, job] = [createSubject(tables.deliveries), freshJob()];
      const claim = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));
      await store.settle(claim, { ...ACCEPTED, state }, later(2));

      for (const tries of [0, 1, 2]) {
        expect(await store.claim({ ...job, tries }, MESSAGE_ID, LEASE, later(100))).toEqual({ kind: "finished" });
      }
    },
  );

  test("is claimed by exactly one of two senders, a hundred times", async () => {
    const { store } = createSubject(tables.deliveries);
    const kinds: string[] = [];

    for (let round = 0; round < 100; round += 1) {
      const job = freshJob();
      const results = await Promise.all([
        store.claim(job, MESSAGE_ID, LEASE, NOW),
        store.claim(job, MESSAGE_ID, LEASE, NOW),
      ]);
      kinds.push(
        results
          .map(({ kind }) => kind)
          .sort()
          .join(),
      );
    }

    expect(new Set(kinds)).toEqual(new Set(["busy,claimed"]));
  });

  test("is claimed for its second try by exactly one of two senders", async () => {
    const { store } = createSubject(tables.deliveries);

    for (let round = 0; round < 20; round += 1) {
      const job = freshJob();
      await store.settle(claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW)), deferred(job, 1), NOW);
      const next = { ...job, tries: 1 };
      const results = await Promise.all([
        store.claim(next, MESSAGE_ID, later(90).toISOString(), later(60)),
        store.claim(next, MESSAGE_ID, later(90).toISOString(), later(60)),
      ]);
      expect(results.map(({ kind }) => kind).sort()).toEqual(["busy", "claimed"]);
    }
  });
});
