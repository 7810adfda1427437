import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Delivery } from "../../shared/domain/delivery.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import type { DeliveryStore, Settlement } from "../../shared/flow/ports.ts";
import type { DueIndex } from "../../shared/flow/waiting-ports.ts";
import { createDeliveryControl } from "../../shared/store/delivery-control.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createDigestStore } from "../../shared/store/digest-store.ts";
import { createDueIndex } from "../../shared/store/due-index.ts";
import { createHistoryReader } from "../../shared/store/history-store.ts";
import { createWaitingRoom } from "../../shared/store/waiting-store.ts";
import { later, NOW } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { ACCEPTED, claimed, deferred, freshJob, LEASE, MESSAGE_ID } from "./delivery-subjects.ts";

let tables: Tables;
let store: DeliveryStore;
let dueIndex: DueIndex;

beforeAll(async () => {
  tables = await startTables();
  store = createDeliveryStore(tables.deliveries, 90);
  dueIndex = createDueIndex(tables.deliveries, "due");
});

afterAll(() => tables.stop());

const digests = () => createDigestStore(tables.deliveries, 90);

const control = () => createDeliveryControl(tables.deliveries, digests());

const read = async ({ scope, deliveryId }: DeliverJob): Promise<Delivery> => {
  const found = await createHistoryReader(tables.deliveries, () => NOW, 90).delivery(scope, deliveryId);
  if (found === undefined) throw new Error("no delivery");
  return found;
};

/** Claims a mail and settles it so. */
const settled = async (settlement: Settlement, job = freshJob()): Promise<DeliverJob> => {
  const claim = claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW));
  await store.settle(claim, settlement, NOW);
  return job;
};

/** What `release` would put into the queue for a delivery, at a time. */
const released = async ({ deliveryId }: DeliverJob, at: Date): Promise<DeliverJob | undefined> => {
  const due = (await dueIndex.due(at, 1000)).find(({ sk }) => sk === deliveryId);
  return due && dueIndex.take(due, later(10_000));
};

describe("a delivery that is to be sent again", () => {
  test.each(["rejected", "expired", "held", "suppressed"] as const)(
    "comes back with its job after it was %s",
    async (state) => {
      const job = await settled({ ...ACCEPTED, state });

      const requeued = await control().requeue(await read(job), state === "held", later(60));
      const again = await released(job, later(60));

      expect(requeued).toMatchObject({
        state: "deferred",
        dueAt: later(60).toISOString(),
        possibleDuplicate: state === "held",
      });
      expect(again).toMatchObject({ deliveryId: job.deliveryId, event: job.event, tries: 1, isUrgent: true });
      const claim = claimed(await store.claim(again ?? job, MESSAGE_ID, later(90).toISOString(), later(61)));
      expect(claim).toMatchObject({ tries: 1, sendableFrom: later(60).toISOString() });
    },
  );

  test("comes at once instead of when it was due", async () => {
    const job = freshJob();
    await settled(deferred(job, 1), job);
    expect(await released(job, later(1))).toBeUndefined();

    await control().requeue(await read(job), false, later(1));

    expect(await released(job, later(1))).toMatchObject({ deliveryId: job.deliveryId, tries: 1 });
  });

  test("waits no longer for the slot it had", async () => {
    const job = freshJob();
    const permit = { transportId: "t", perMinute: 1, at: later(600).toISOString() };
    await settled({ ...deferred(job, 0), waiting: { dueAt: permit.at, job: { ...job, permit } } }, job);

    await control().requeue(await read(job), false, later(1));

    expect(await released(job, later(1))).toEqual({ ...job, tries: 0, isUrgent: true });
  });

  test("is sent by one of two who were given its job", async () => {
    const job = await settled({ ...ACCEPTED, state: "rejected" });
    await control().requeue(await read(job), false, later(60));
    const again = (await released(job, later(60))) ?? job;

    const results = await Promise.all(
      [1, 2].map(() => store.claim(again, MESSAGE_ID, later(90).toISOString(), later(61))),
    );

    expect(results.map(({ kind }) => kind).sort()).toEqual(["busy", "claimed"]);
  });

  test("is left alone when somebody is sending it by now, or did the same already", async () => {
    const job = await settled({ ...ACCEPTED, state: "rejected" });
    const seen = await read(job);

    const [one, other] = await Promise.all([1, 2].map(() => control().requeue(seen, false, later(60))));

    expect([one, other].filter((result) => result === undefined)).toHaveLength(1);
  });

  test("is left alone when its job is not there: one that was accepted keeps none", async () => {
    const job = await settled(ACCEPTED);

    expect(await control().requeue(await read(job), false, later(60))).toBeUndefined();
    expect((await read(job)).state).toBe("accepted");
  });
});

describe("a delivery that is cancelled", () => {
  test("is never released, and a job that is under way does nothing", async () => {
    const job = freshJob();
    await settled(deferred(job, 1), job);
    const underWay = await released(job, later(120));

    const cancelled = await control().cancel(await read(job), later(121));

    expect(cancelled).toMatchObject({ state: "cancelled", dueAt: null });
    expect(await released(job, later(100_000))).toBeUndefined();
    expect(await store.claim(underWay ?? job, MESSAGE_ID, later(200).toISOString(), later(122))).toEqual({
      kind: "finished",
    });
  });

  test("takes no more events when it is a digest: those that come now are for the next one", async () => {
    const job = { ...freshJob(), kind: "digest", eventId: "digest-1" } as const;
    const begin = () => createWaitingRoom(tables.deliveries, 90).park(job, later(60).toISOString(), NOW);
    const add = (...eventIds: string[]) => digests().add(tenantOf(job.scope), job.deliveryId, eventIds, NOW, begin);
    await add("e1");

    await control().cancel(await read(job), later(1));

    expect(await add("e1", "e2")).toEqual(["e2"]);
    expect((await read(job)).state).toBe("cancelled");
  });

  test("is left alone when a sender took it meanwhile", async () => {
    const job = freshJob();
    await settled(deferred(job, 1), job);
    const seen = await read(job);
    claimed(await store.claim({ ...job, tries: 1 }, MESSAGE_ID, later(90).toISOString(), later(61)));

    expect(await control().cancel(seen, later(62))).toBeUndefined();
    expect((await read(job)).state).toBe("sending");
  });
});

test("a delivery tells its pipeline, whether its event travels with the job or not", async () => {
  const [small, big, other] = [freshJob(), freshJob(), freshJob()];
  const jobs = [
    small,
    { ...big, event: undefined, pipelineId: "big-one" },
    { ...other, event: undefined, kind: "message" as const },
  ];
  for (const job of jobs) await settled(ACCEPTED, job);

  const told = await Promise.all(jobs.map(async (job) => (await read(job)).pipelineId));

  expect(told).toEqual(["build-api", "big-one", null]);
});
