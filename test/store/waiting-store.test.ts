import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toDelivery } from "../../shared/store/delivery-item.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createDueIndex } from "../../shared/store/due-index.ts";
import { createWaitingRoom } from "../../shared/store/waiting-store.ts";
import { later, NOW } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { claimed, freshJob, itemOf, LEASE, MESSAGE_ID } from "./delivery-subjects.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const DUE = later(3600).toISOString();

/** A delivery that waits for an hour. */
const parked = async () => {
  const [room, job] = [createWaitingRoom(tables.deliveries, 90), freshJob()];
  await room.park(job, DUE, NOW);
  return { room, job };
};

describe("a mail that waits for its first try", () => {
  test("is a delivery with nothing tried yet, that is due when it was told to be", async () => {
    const { job } = await parked();

    expect(await itemOf(tables.deliveries, job)).toMatchObject({
      id: job.deliveryId,
      scope: "acme",
      eventId: job.eventId,
      recipient: "ada@acme.example",
      state: "deferred",
      dueAt: DUE,
      tries: 0,
      attempts: [],
      createdAt: NOW.toISOString(),
      expiresAt: later(90 * 86_400).getTime() / 1000,
    });
  });

  test("is released when it is due and not before, with its job as it was", async () => {
    const { job } = await parked();
    const index = createDueIndex(tables.deliveries, tables.dueIndex);
    const isOurs = ({ sk }: { readonly sk: string }) => sk === job.deliveryId;

    expect((await index.due(later(3599), 1000)).filter(isOurs)).toEqual([]);
    const [due] = (await index.due(later(3600), 1000)).filter(isOurs);
    if (due === undefined) throw new Error("the delivery is not due");
    expect(await index.take(due, later(4000))).toEqual(job);
  });

  test("tells when it is due while its job is on its way, although release has moved that on", async () => {
    const { job } = await parked();
    const index = createDueIndex(tables.deliveries, tables.dueIndex);
    const due = (await index.due(later(3600), 1000)).find(({ sk }) => sk === job.deliveryId);
    if (due === undefined) throw new Error("the delivery is not due");

    await index.take(due, later(4500));

    const item = await itemOf(tables.deliveries, job);
    expect(item?.dueAt).toBe(later(4500).toISOString());
    expect(item && toDelivery(item).dueAt).toBe(DUE);
  });

  test("is claimed for its first try like any other, and waits no longer", async () => {
    const { job } = await parked();
    const store = createDeliveryStore(tables.deliveries, 90);

    const claim = claimed(await store.claim(job, MESSAGE_ID, LEASE, later(3600)));

    expect(claim).toMatchObject({ tries: 0, delivery: { messageId: MESSAGE_ID, createdAt: NOW.toISOString() } });
    expect(await itemOf(tables.deliveries, job)).not.toHaveProperty("dueShard");
  });

  test("waits as it was first told to, however often it is told", async () => {
    const { room, job } = await parked();

    await room.park({ ...job, ruleIds: ["acme/other"] }, later(7200).toISOString(), later(10));

    expect(await itemOf(tables.deliveries, job)).toMatchObject({ dueAt: DUE, ruleIds: ["acme/on-failure"] });
  });

  test("does not wait again once it has been tried", async () => {
    const { room, job } = await parked();
    await createDeliveryStore(tables.deliveries, 90).claim(job, MESSAGE_ID, LEASE, later(3600));

    await room.park(job, DUE, later(3601));

    expect(await itemOf(tables.deliveries, job)).toMatchObject({ state: "sending" });
  });
});
