import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import { createDeliveryControl } from "../../shared/store/delivery-control.ts";
import { toDelivery } from "../../shared/store/delivery-item.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createDigestStore } from "../../shared/store/digest-store.ts";
import type { Table } from "../../shared/store/table.ts";
import { later, NOW } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { ACCEPTED, attempt, claimed, deferred, freshJob, itemOf, LEASE, MESSAGE_ID } from "./delivery-subjects.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

/** A table whose first answer to everything is lost: the SDK asks again, and hears what became of the second time. */
const losingAnswers = ({ client, name }: Table): Table => {
  const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
  const twice = async (command: unknown): Promise<unknown> => {
    await send(command).catch(() => {});
    return send(command);
  };
  return { client: Object.assign(Object.create(client), { send: twice }), name };
};

const store = () => createDeliveryStore(losingAnswers(tables.deliveries), 90);

describe("a delivery of which the table's answers are lost", () => {
  test("is held by the one who claimed it, and by nobody else at the same instant", async () => {
    const job = freshJob();

    const results = await Promise.all([1, 2].map(() => store().claim(job, MESSAGE_ID, LEASE, NOW)));

    expect(results.map(({ kind }) => kind).sort()).toEqual(["busy", "claimed"]);
  });

  test("is accepted after one attempt, and no possible duplicate", async () => {
    const job = freshJob();
    const claim = claimed(await store().claim(job, MESSAGE_ID, LEASE, NOW));

    expect(await store().settle(claim, ACCEPTED, later(1))).toBe(true);

    expect(await itemOf(tables.deliveries, job)).toMatchObject({ state: "accepted", possibleDuplicate: false });
    expect((await itemOf(tables.deliveries, job))?.attempts).toEqual([attempt()]);
  });

  test("waits after one attempt for a claim with as many tries, and is no possible duplicate", async () => {
    const job = freshJob();
    const claim = claimed(await store().claim(job, MESSAGE_ID, LEASE, NOW));

    expect(await store().settle(claim, deferred(job, 1), later(1))).toBe(true);

    expect(await itemOf(tables.deliveries, job)).toMatchObject({ state: "deferred", possibleDuplicate: false });
    const next = await store().claim({ ...job, tries: 1 }, MESSAGE_ID, later(90).toISOString(), later(60));
    expect(claimed(next).delivery.attempts).toHaveLength(1);
  });

  test("that was only parked is no possible duplicate", async () => {
    const job = freshJob();
    const claim = claimed(await store().claim(job, MESSAGE_ID, LEASE, NOW));

    await store().settle(claim, { ...deferred(job, 0), attempts: [] }, later(1));

    expect(await itemOf(tables.deliveries, job)).toMatchObject({ state: "deferred", possibleDuplicate: false });
  });

  test("is sent again, or cancelled, by the administrator who asked for it", async () => {
    const [retried, cancelled] = [freshJob(), freshJob()];
    const control = createDeliveryControl(losingAnswers(tables.deliveries), createDigestStore(tables.deliveries, 90));
    const waiting = async (job: DeliverJob) => {
      const claim = claimed(await store().claim(job, MESSAGE_ID, LEASE, NOW));
      await store().settle(claim, deferred(job, 1), later(1));
      const item = await itemOf(tables.deliveries, job);
      if (item === undefined) throw new Error("no delivery");
      return toDelivery(item);
    };

    const changed = [
      await control.requeue(await waiting(retried), false, later(2)),
      await control.cancel(await waiting(cancelled), later(2)),
    ];

    expect(changed.map((delivery) => delivery?.state)).toEqual(["deferred", "cancelled"]);
  });
});
