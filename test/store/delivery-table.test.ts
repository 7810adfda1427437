import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Settlement } from "../../shared/flow/ports.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { later, NOW } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { ACCEPTED, attempt, claimed, deferred, freshJob, itemOf, LEASE, MESSAGE_ID } from "./delivery-subjects.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

describe("the table", () => {
  test("is written exactly twice, and never read, for a mail that goes through", async () => {
    const [store, job] = [createDeliveryStore(tables.deliveries, 90), freshJob()];
    const { requests, stop } = countRequests(tables.deliveries);

    await store.settle(claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW)), ACCEPTED, later(2));
    stop();

    expect(requests).toEqual(["UpdateItemCommand", "UpdateItemCommand"]);
  });

  test("keeps nothing of a wait once the mail is through", async () => {
    const [store, job] = [createDeliveryStore(tables.deliveries, 90), freshJob()];
    await store.settle(claimed(await store.claim(job, MESSAGE_ID, LEASE, NOW)), deferred(job, 1), NOW);
    expect(await itemOf(tables.deliveries, job)).toHaveProperty("dueShard");

    const again = claimed(await store.claim({ ...job, tries: 1 }, MESSAGE_ID, later(90).toISOString(), later(60)));
    await store.settle(again, ACCEPTED, later(61));

    for (const field of ["dueAt", "dueShard", "job", "leaseUntil"])
      expect(await itemOf(tables.deliveries, job)).not.toHaveProperty(field);
  });

  test("deletes deliveries after the retention time, counted from the first claim", async () => {
    const [store, job] = [createDeliveryStore(tables.deliveries, 0.5), freshJob()];
    await store.claim(job, MESSAGE_ID, LEASE, NOW);

    expect(await itemOf(tables.deliveries, job)).toHaveProperty("expiresAt", NOW.getTime() / 1000 + 43_200);
  });

  test("keeps the first attempts and the latest of a mail that is tried for days, and can always settle it", async () => {
    const [store, job] = [createDeliveryStore(tables.deliveries, 90), freshJob()];
    const text = "ü".repeat(300);
    const tried = (tries: number): Settlement => ({
      ...deferred(job, tries + 1),
      attempts: [attempt({ class: "transient", ms: tries, text })],
    });

    for (let tries = 0; tries < 205; tries += 1) {
      const lease = later(1000 + tries).toISOString();
      const claim = claimed(await store.claim({ ...job, tries }, MESSAGE_ID, lease, later(tries)));
      await store.settle(claim, tried(tries), later(tries));
    }

    const attempts = (await itemOf(tables.deliveries, job))?.attempts ?? [];
    expect(attempts).toHaveLength(200);
    expect(attempts.map(({ ms }) => ms)).toEqual([...Array.from({ length: 199 }, (_, ms) => ms), 204]);
  });
});
