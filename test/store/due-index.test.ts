import { ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Attempt } from "../../shared/domain/delivery.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import type { DeliveryStore } from "../../shared/flow/ports.ts";
import type { DueIndex } from "../../shared/flow/waiting-ports.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createDueIndex, DUE_SHARDS } from "../../shared/store/due-index.ts";
import { deliveryKey } from "../../shared/store/keys.ts";
import { addressOf, aJob, later, NOW } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";

let tables: Tables;
let deliveries: DeliveryStore;
let dueIndex: DueIndex;

beforeAll(async () => {
  tables = await startTables();
  deliveries = createDeliveryStore(tables.deliveries, 90);
  dueIndex = createDueIndex(tables.deliveries, tables.dueIndex);
});

afterAll(() => tables.stop());

/** Takes everything off the index, as releasing and sending would. */
beforeEach(async () => {
  const { client, name } = tables.deliveries;
  for (const { pk, sk } of await dueIndex.due(later(1e9), 1000)) {
    const UpdateExpression = "REMOVE dueAt, dueShard";
    await client.send(new UpdateCommand({ TableName: name, Key: { pk, sk }, UpdateExpression }));
  }
});

const ATTEMPT: Attempt = {
  at: NOW.toISOString(),
  ms: 1,
  phase: "connect",
  class: "transient",
  reason: "connection-refused",
  code: null,
  enhancedCode: null,
  text: null,
  provider: "smtp",
};

const LEASE = later(30).toISOString();

let jobs = 0;

/** A delivery that was tried once and waits until `dueAt`, or is through when there is no such time. */
const tryOnce = async (dueAt: Date | null): Promise<DeliverJob> => {
  jobs += 1;
  const job = aJob({ recipient: addressOf(`p${jobs}@acme.example`) });
  const result = await deliveries.claim(job, "<id@acme.example>", LEASE, NOW);
  if (result.kind !== "claimed") throw new Error(result.kind);
  const next: DeliverJob = { ...job, tries: 1 };
  const waiting = dueAt === null ? null : { dueAt: dueAt.toISOString(), job: next };
  const state = dueAt === null ? "accepted" : "deferred";
  await deliveries.settle(
    result.claim,
    {
      state,
      attempts: [ATTEMPT],
      tries: 1,
      provider: "smtp",
      possibleDuplicate: false,
      subject: null,
      note: null,
      waiting,
    },
    NOW,
  );
  return next;
};

const dueIds = async (now: Date, limit = 100) => (await dueIndex.due(now, limit)).map(({ sk }) => sk);

describe("the due index", () => {
  test("shows what is due, earliest first, whatever shard it is in", async () => {
    const seconds = Array.from({ length: 24 }, (_, index) => (index * 7) % 24);
    const waiting = await Promise.all(seconds.map((second) => tryOnce(later(second))));
    const inOrder = seconds.map((_, second) => waiting[seconds.indexOf(second)]?.deliveryId);

    expect(await dueIds(later(23))).toEqual(inOrder);
    expect(await dueIds(later(9))).toEqual(inOrder.slice(0, 10));
    expect(await dueIds(later(23), 5)).toEqual(inOrder.slice(0, 5));
    expect(await dueIds(later(-1))).toEqual([]);
  });

  test("holds only what waits", async () => {
    await tryOnce(null);
    const { deliveryId } = await tryOnce(NOW);

    expect(await dueIds(later(1e6))).toEqual([deliveryId]);
  });

  test("spreads what waits over its shards", async () => {
    await Promise.all(Array.from({ length: 64 }, () => tryOnce(NOW)));

    const { client, name } = tables.deliveries;
    const { Items = [] } = await client.send(new ScanCommand({ TableName: name, IndexName: tables.dueIndex }));

    const shards = new Set(Items.map(({ dueShard }) => dueShard));
    expect([...shards].sort()).toEqual(Array.from({ length: DUE_SHARDS }, (_, shard) => `DUE#${shard}`));
  });

  test("loses a delivery to its next try", async () => {
    const job = await tryOnce(NOW);

    await deliveries.claim(job, "<id@acme.example>", later(60).toISOString(), later(1));

    expect(await dueIds(later(1e6))).toEqual([]);
  });
});

describe("taking a due delivery", () => {
  const dueNow = async () => {
    const [due] = await dueIndex.due(NOW, 1);
    if (due === undefined) throw new Error("nothing is due");
    return due;
  };

  test("answers its job and moves it back", async () => {
    const job = await tryOnce(NOW);

    expect(await dueIndex.take(await dueNow(), later(900))).toEqual(job);

    expect(await dueIds(later(899))).toEqual([]);
    expect(await dueIds(later(900))).toEqual([job.deliveryId]);
  });

  test("works for one of two that try", async () => {
    const job = await tryOnce(NOW);
    const due = await dueNow();

    const taken = await Promise.all([dueIndex.take(due, later(900)), dueIndex.take(due, later(901))]);

    expect(taken.filter((one) => one !== undefined)).toEqual([job]);
  });

  test("does not work when a sender has claimed it meanwhile", async () => {
    const job = await tryOnce(NOW);
    const due = await dueNow();
    await deliveries.claim(job, "<id@acme.example>", later(60).toISOString(), later(1));

    expect(await dueIndex.take(due, later(900))).toBeUndefined();
    expect(await dueIds(later(1e6))).toEqual([]);
  });

  test("that does not exist any more does not bring it back", async () => {
    const due = { ...deliveryKey(tenantOf(aJob().scope), aJob().deliveryId), dueAt: NOW.toISOString() };

    expect(await dueIndex.take(due, later(900))).toBeUndefined();
    expect(await dueIds(later(1e6))).toEqual([]);
  });

  test("fails when its job cannot be read, and still moves it out of the way", async () => {
    const { deliveryId, scope } = await tryOnce(NOW);
    const { client, name } = tables.deliveries;
    await client.send(
      new UpdateCommand({
        TableName: name,
        Key: deliveryKey(tenantOf(scope), deliveryId),
        UpdateExpression: "SET job = :job",
        ExpressionAttributeValues: { ":job": '{"v":2}' },
      }),
    );

    await expect(dueIndex.take(await dueNow(), later(900))).rejects.toThrow(`cannot release ${deliveryId}`);
    expect(await dueIds(later(899))).toEqual([]);
  });
});
