import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeliveryId, deliveryIdOf } from "../../shared/domain/delivery.ts";
import type { DigestStore } from "../../shared/flow/waiting-ports.ts";
import { createDigestStore, readDigest } from "../../shared/store/digest-store.ts";
import { digestPartition } from "../../shared/store/keys.ts";
import { addressOf, later, NOW, tenantNamed } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { type Fault, failingTable } from "../fakes/failing-table.ts";
import { createMemoryDigestStore } from "../fakes/memory-digest-store.ts";

const ACME = tenantNamed("acme");

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const stores: Record<string, () => DigestStore> = {
  "in the table": () => createDigestStore(tables.deliveries, 90),
  "in memory": createMemoryDigestStore,
};

/** For tests in which it does not matter that a digest begins. */
const begin = async (): Promise<void> => undefined;

let digests = 0;

/** A digest no other test has seen: all tests share one table. */
const aDigest = (): DeliveryId => {
  digests += 1;
  return deliveryIdOf(ACME, `digest-${digests}`, addressOf("ada@acme.example"), NOW.toISOString());
};

/** Ids of events, sorted. */
const ids = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `e${String(from + index).padStart(4, "0")}`);

const pagesOf = async (id: DeliveryId) => {
  const { Items = [] } = await tables.deliveries.client.send(
    new QueryCommand({
      TableName: tables.deliveries.name,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": digestPartition(ACME, id) },
    }),
  );
  return Items;
};

describe.each(Object.entries(stores))("a digest %s", (_, createStore) => {
  test.each([0, 1, 99, 100, 101, 250])("of %d events is closed with these, however often", async (count) => {
    const [store, id] = [createStore(), aDigest()];
    for (const eventId of ids(count).reverse()) await store.add(ACME, id, [eventId], NOW, begin);

    const closed = [await store.close(ACME, id, later(60)), await store.close(ACME, id, later(120))];

    expect(closed).toEqual([ids(count), ids(count)]);
  });

  test("takes many events at once, and each of them once", async () => {
    const [store, id] = [createStore(), aDigest()];

    const late = [
      await store.add(ACME, id, ids(150), NOW, begin),
      await store.add(ACME, id, ids(150, 100), NOW, begin),
      await store.add(ACME, id, ["e0007", "e0007"], NOW, begin),
    ];

    expect(late).toEqual([[], [], []]);
    expect(await store.close(ACME, id, later(60))).toEqual(ids(250));
  });

  test.each([0, 3, 100, 130])("of %d events tells the events that come after it was closed", async (count) => {
    const [store, id] = [createStore(), aDigest()];
    await store.add(ACME, id, ids(count), NOW, begin);
    await store.close(ACME, id, later(60));

    const late = await store.add(ACME, id, [...ids(count), "late-1", "late-2"], later(61), begin);

    expect(late).toEqual(["late-1", "late-2"]);
    expect(await store.close(ACME, id, later(120))).toEqual(ids(count));
  });

  test("begins before its first event is stored, and not again", async () => {
    const [store, id] = [createStore(), aDigest()];
    const refuses = () => Promise.reject(new Error("nobody will send it"));

    await expect(store.add(ACME, id, ["e1"], NOW, refuses)).rejects.toThrow("nobody will send it");
    await store.add(ACME, id, ["e2"], NOW, begin);
    await store.add(ACME, id, ["e3"], NOW, refuses);
    await store.close(ACME, id, later(60));
    const late = await store.add(ACME, id, ["e4"], later(61), refuses);

    expect(late).toEqual(["e4"]);
    expect(await store.close(ACME, id, later(60))).toEqual(["e2", "e3"]);
  });

  test("is another one for another tenant and another mail", async () => {
    const [store, id] = [createStore(), aDigest()];
    await store.add(ACME, id, ids(2), NOW, begin);

    expect(await store.close(tenantNamed("globex"), id, NOW)).toEqual([]);
    expect(await store.close(ACME, aDigest(), NOW)).toEqual([]);
    expect(await store.close(ACME, id, NOW)).toEqual(ids(2));
  });

  test("to which many write at the same time, some the same events, has each of them once", async () => {
    const [store, id] = [createStore(), aDigest()];
    const writers = Array.from({ length: 12 }, (_, writer) => ids(60, writer * 25));

    await Promise.all(writers.map((eventIds) => store.add(ACME, id, eventIds, NOW, begin)));

    expect(await store.close(ACME, id, later(60))).toEqual(ids(11 * 25 + 60));
  });

  test("that is closed amid writers has each event, or says that it came late, and never both", async () => {
    const store = createStore();
    for (let round = 0; round < 10; round += 1) {
      const id = aDigest();
      const batches = Array.from({ length: 15 }, (_, batch) => ids(14, batch * 14));
      const closing = [3, 9].map(async (after) => {
        for (let step = 0; step < after; step += 1) await store.add(ACME, id, ids(1, after * 1000), NOW, begin);
        return store.close(ACME, id, later(60));
      });

      const late = (await Promise.all(batches.map((batch) => store.add(ACME, id, batch, NOW, begin)))).flat();
      const closed = await Promise.all(closing);

      expect(closed[0]).toEqual(closed[1]);
      const held = closed[0]?.filter((eventId) => Number(eventId.slice(1)) < 1000) ?? [];
      expect([...held, ...late].sort()).toEqual(batches.flat());
    }
  });
});

describe("a digest that changes between the look at it and the write", () => {
  /** A store that, once it has looked, is kept from writing until something else is done. */
  const delayedBy = (meanwhile: () => Promise<unknown>): DigestStore => {
    let requests = 0;
    const table = failingTable(tables.deliveries, async (): Promise<Fault> => {
      requests += 1;
      if (requests === 2) await meanwhile();
      return "none";
    });
    return createDigestStore(table, 90);
  };

  test("because it is closed takes no event any more", async () => {
    const [store, id] = [createDigestStore(tables.deliveries, 90), aDigest()];
    await store.add(ACME, id, ids(3), NOW, begin);

    const late = await delayedBy(() => store.close(ACME, id, NOW)).add(ACME, id, ids(2, 3), NOW, begin);

    expect(late).toEqual(ids(2, 3));
    expect(await store.close(ACME, id, NOW)).toEqual(ids(3));
  });

  test.each([
    { title: "others fill its page", others: ids(99, 1000) },
    { title: "another copy of the event fills its page", others: [...ids(98, 1000), "e0001"] },
  ])("because $title has each event once", async ({ others }) => {
    const [store, id] = [createDigestStore(tables.deliveries, 90), aDigest()];
    await store.add(ACME, id, ids(1), NOW, begin);

    await delayedBy(() => store.add(ACME, id, others, NOW, begin)).add(ACME, id, ids(2, 1), NOW, begin);

    expect(await store.close(ACME, id, NOW)).toEqual([...new Set([...ids(3), ...others])].sort());
  });
});

describe("the pages of a digest", () => {
  test("hold a hundred events at most, none twice, and expire", async () => {
    const [store, id] = [createDigestStore(tables.deliveries, 90), aDigest()];
    await Promise.all([ids(130), ids(130, 70), ids(60, 190)].map((some) => store.add(ACME, id, some, NOW, begin)));
    await store.close(ACME, id, later(60));

    const pages = await pagesOf(id);

    const sizes = pages.map(({ eventIds = new Set() }) => eventIds.size);
    expect(sizes).toEqual([100, 100, 50]);
    expect(pages.flatMap(({ eventIds = [] }) => [...eventIds]).sort()).toEqual(ids(250));
    for (const { expiresAt } of pages) expect(expiresAt).toBe(later(60 + 90 * 86_400).getTime() / 1000);
  });

  test("can be looked at before they are closed", async () => {
    const [store, id] = [createDigestStore(tables.deliveries, 90), aDigest()];
    await store.add(ACME, id, ids(120), NOW, begin);

    expect(await readDigest(tables.deliveries, ACME, id)).toEqual(ids(120));
    expect(await readDigest(tables.deliveries, ACME, aDigest())).toEqual([]);
  });
});
