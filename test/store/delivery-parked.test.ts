import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Parking } from "../../shared/flow/waiting-ports.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createDueIndex } from "../../shared/store/due-index.ts";
import { later, NOW } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { ACCEPTED, claimed, deferred, freshJob, LEASE, MESSAGE_ID, subjects } from "./delivery-subjects.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const parkingOf = (job: DeliverJob, different: Partial<Parking> = {}): Parking => ({
  dueAt: later(60).toISOString(),
  job,
  note: "Waits: the server is left alone.",
  oldest: later(-3600),
  ...different,
});

describe.each(Object.entries(subjects))("a delivery %s that waits unclaimed", (_, createSubject) => {
  test("is there with nothing tried, and says what it waits for", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];

    expect(await store.park(job, parkingOf(job), NOW)).toBe(true);

    expect(await read(job)).toMatchObject({
      id: job.deliveryId,
      state: "deferred",
      messageId: "",
      note: "Waits: the server is left alone.",
      attempts: [],
      dueAt: later(60).toISOString(),
      createdAt: NOW.toISOString(),
    });
  });

  test("is claimed for its first try with its Message-ID", async () => {
    const [{ store }, job] = [createSubject(tables.deliveries), freshJob()];
    await store.park(job, parkingOf(job), NOW);

    const claim = claimed(await store.claim(job, MESSAGE_ID, later(90).toISOString(), later(60)));

    expect(claim).toMatchObject({ tries: 0, delivery: { messageId: MESSAGE_ID, createdAt: NOW.toISOString() } });
  });

  test("waits on with what it has behind it after a try", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    const claim = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));
    await store.settle(claim, deferred(job, 1), later(1));
    const back = { ...job, tries: 1 };

    expect(await store.park(back, parkingOf(back, { dueAt: later(120).toISOString() }), later(60))).toBe(true);

    expect(await read(job)).toMatchObject({
      state: "deferred",
      dueAt: later(120).toISOString(),
      messageId: MESSAGE_ID,
    });
    expect((await read(job))?.attempts).toHaveLength(1);
  });

  test.each<[string, (job: DeliverJob, store: ReturnType<typeof createSubject>["store"]) => Promise<unknown>]>([
    ["somebody is sending it", (job, store) => store.claim(job, MESSAGE_ID, LEASE, NOW)],
    [
      "it has ended",
      async (job, store) => store.settle(claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW)), ACCEPTED, NOW),
    ],
    [
      "it is further on than its job knows",
      async (job, store) =>
        store.settle(claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW)), deferred(job, 1), NOW),
    ],
  ])("stays as it is when %s", async (_title, before) => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];
    await before(job, store);
    const known = await read(job);

    expect(await store.park(job, parkingOf(job), later(1))).toBe(false);

    expect(await read(job)).toEqual(known);
  });

  test("does not begin with a job that tells of tries", async () => {
    const [{ store, read }, job] = [createSubject(tables.deliveries), freshJob()];

    expect(await store.park({ ...job, tries: 2 }, parkingOf(job), NOW)).toBe(false);

    expect(await read(job)).toBeUndefined();
  });

  test("does not wait when it is too old for that: it has to be ended", async () => {
    const [{ store }, job] = [createSubject(tables.deliveries), freshJob()];
    await store.park(job, parkingOf(job), NOW);

    expect(await store.park(job, parkingOf(job, { oldest: later(1) }), later(60))).toBe(false);
    expect(await store.park(job, parkingOf(job, { oldest: NOW }), later(60))).toBe(true);
  });
});

test("waiting unclaimed is one write, and the mail is released with its job", async () => {
  const [store, job] = [createDeliveryStore(tables.deliveries, 90), freshJob()];
  const { requests, stop } = countRequests(tables.deliveries);

  await store.park(job, parkingOf(job), NOW);
  stop();

  expect(requests).toEqual(["UpdateItemCommand"]);
  const index = createDueIndex(tables.deliveries, tables.dueIndex);
  const due = (await index.due(later(60), 1000)).find(({ sk }) => sk === job.deliveryId);
  if (due === undefined) throw new Error("the delivery is not due");
  expect(await index.take(due, later(900))).toEqual(job);
});
