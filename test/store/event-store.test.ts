import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePipelineEvent } from "../../shared/contracts/pipeline-event.ts";
import type { PipelineEvent } from "../../shared/domain/event.ts";
import type { Message } from "../../shared/domain/message.ts";
import type { EventStore } from "../../shared/flow/ports.ts";
import { createEventStore } from "../../shared/store/event-store.ts";
import { receiptKey } from "../../shared/store/keys.ts";
import { addressOf, anEvent, aRecord, later, NOW, tenantNamed } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { createMemoryEventStore } from "../fakes/memory-event-store.ts";

const RETENTION_DAYS = 90;

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const stores: Record<string, () => EventStore> = {
  "in the table": () => createEventStore(tables.deliveries, RETENTION_DAYS),
  "in memory": createMemoryEventStore,
};

let tenants = 0;

/** A tenant no other test has seen: all tests share one table. */
const aTenant = () => {
  tenants += 1;
  return tenantNamed(`tenant-${tenants}`);
};

const EVENT = anEvent();

const FRESH = { kind: "fresh", receivedAt: NOW.toISOString() };

describe.each(Object.entries(stores))("the receipt of an event %s", (_, createStore) => {
  test("is fresh the first time", async () => {
    expect(await createStore().receive(aTenant(), EVENT, "b1", NOW)).toEqual(FRESH);
  });

  test("is fresh, with the time of the first run, until the event has been recorded", async () => {
    const [store, tenant] = [createStore(), aTenant()];
    await store.receive(tenant, EVENT, "b1", NOW);

    expect(await store.receive(tenant, EVENT, "b1", later(600))).toEqual(FRESH);
  });

  test("is a redelivery for the same bus event once it has been recorded", async () => {
    const [store, tenant] = [createStore(), aTenant()];
    await store.receive(tenant, EVENT, "b1", NOW);
    await store.recordRouted(tenant, aRecord());

    expect(await store.receive(tenant, EVENT, "b1", later(600))).toEqual({ kind: "redelivery" });
  });

  test("is a duplicate for another bus event that says the same, also at another time", async () => {
    const [store, tenant] = [createStore(), aTenant()];
    await store.receive(tenant, EVENT, "b1", NOW);

    const second = await store.receive(tenant, { ...EVENT, time: "2026-11-20T13:00:00Z" }, "b2", later(3600));

    expect(second).toEqual({ kind: "duplicate" });
  });

  test("is a conflict for another bus event that says something else", async () => {
    const [store, tenant] = [createStore(), aTenant()];
    await store.receive(tenant, EVENT, "b1", NOW);

    expect(await store.receive(tenant, { ...EVENT, message: "other" }, "b2", NOW)).toEqual({ kind: "conflict" });
    expect(await store.read(tenant, EVENT.id)).toEqual(EVENT);
  });

  test("is fresh for exactly one of many that come at the same moment", async () => {
    const [store, tenant] = [createStore(), aTenant()];

    const receipts = await Promise.all(
      Array.from({ length: 20 }, (_unused, index) => store.receive(tenant, EVENT, `b${index}`, NOW)),
    );

    expect(receipts.map(({ kind }) => kind).sort()).toEqual([...Array(19).fill("duplicate"), "fresh"]);
  });

  test("is fresh after a refusal under the same id, by whatever bus event", async () => {
    const [store, tenant] = [createStore(), aTenant()];
    const refused = aRecord({ status: "refused" });
    await store.recordTurnedAway(tenant, refused, "b1");

    expect(await store.receive(tenant, EVENT, "b2", later(1))).toEqual({
      kind: "fresh",
      receivedAt: later(1).toISOString(),
    });
    expect(await store.read(tenant, EVENT.id)).toEqual(EVENT);
  });

  test("stays as it is when a later event of its id is refused", async () => {
    const [store, tenant] = [createStore(), aTenant()];
    await store.receive(tenant, EVENT, "b1", NOW);
    await store.recordRouted(tenant, aRecord());

    await store.recordTurnedAway(tenant, aRecord({ status: "refused", receivedAt: later(1).toISOString() }), "b2");

    expect(await store.receive(tenant, EVENT, "b1", later(2))).toEqual({ kind: "redelivery" });
    expect(await store.read(tenant, EVENT.id)).toEqual(EVENT);
  });

  test("belongs to its tenant", async () => {
    const [store, tenant, other] = [createStore(), aTenant(), aTenant()];
    await store.receive(tenant, EVENT, "b1", NOW);

    expect(await store.receive(other, EVENT, "b2", NOW)).toEqual(FRESH);
    expect(await store.read(aTenant(), EVENT.id)).toBeUndefined();
  });
});

describe.each(Object.entries(stores))("an event %s", (_, createStore) => {
  test("is read as it was received, with everything it said", async () => {
    const [store, tenant] = [createStore(), aTenant()];
    const event: PipelineEvent = anEvent({
      message: "ü\u0000\n'\"",
      data: { nested: { list: [1, null, "x"] }, "": 0 },
    });
    await store.receive(tenant, event, "b1", NOW);

    expect(await store.read(tenant, event.id)).toEqual(event);
  });

  test("cannot be read when it was refused", async () => {
    const [store, tenant] = [createStore(), aTenant()];
    await store.recordTurnedAway(tenant, aRecord({ status: "refused" }), "b1");

    expect(await store.read(tenant, "evt-1")).toBeUndefined();
  });
});

describe("the table", () => {
  test("takes an event of the greatest size", async () => {
    const [store, tenant] = [createEventStore(tables.deliveries, RETENTION_DAYS), aTenant()];
    const detail = { scope: "acme", type: "PipelineFailed", message: "" };
    const room = 256 * 1024 - JSON.stringify(detail).length;
    const parsed = parsePipelineEvent({
      id: "b1",
      source: "acme",
      detailType: "Pipeline Event",
      time: EVENT.time,
      detail: { ...detail, message: "x".repeat(room) },
    });
    if (!parsed.ok) throw new Error("not the greatest size");

    expect(await store.receive(tenant, parsed.event, "b1", NOW)).toEqual(FRESH);
  });

  test("takes the order of a publisher's fields for no difference", async () => {
    const [store, tenant] = [createEventStore(tables.deliveries, RETENTION_DAYS), aTenant()];
    const { pipeline: _, run: _run, ...rest } = EVENT;
    await store.receive(tenant, { ...rest, data: { a: 1, b: { c: 2, d: 3 } } }, "b1", NOW);

    const second = await store.receive(tenant, { data: { b: { d: 3, c: 2 }, a: 1 }, ...rest }, "b2", NOW);

    expect(second).toEqual({ kind: "duplicate" });
  });

  test("deletes receipts after the retention time", async () => {
    const [store, tenant] = [createEventStore(tables.deliveries, RETENTION_DAYS), aTenant()];
    await store.receive(tenant, EVENT, "b1", NOW);

    const { client, name } = tables.deliveries;
    const { Item } = await client.send(new GetCommand({ TableName: name, Key: receiptKey(tenant, EVENT.id) }));

    expect(Item?.expiresAt).toBe(NOW.getTime() / 1000 + RETENTION_DAYS * 86_400);
  });
});

describe.each(Object.entries(stores))("the receipt of a message %s", (_, createStore) => {
  const MESSAGE: Message = {
    id: EVENT.id,
    scope: EVENT.scope,
    time: EVENT.time,
    template: "invitation",
    data: { inviter: "Grace", team: "Acme", url: "https://acme.example/" },
    to: [addressOf("ada@acme.example")],
    cc: [],
    attachments: [{ filename: "a.txt", contentType: "text/plain", content: "aGVsbG8=" }],
  };

  test("gives the message back, and no event", async () => {
    const [store, tenant] = [createStore(), aTenant()];

    expect(await store.receive(tenant, MESSAGE, "b1", NOW)).toEqual(FRESH);

    expect(await store.readMessage(tenant, MESSAGE.id)).toEqual(MESSAGE);
    expect(await store.read(tenant, MESSAGE.id)).toBeUndefined();
    expect(await store.readMany(tenant, [MESSAGE.id])).toEqual([]);
  });

  test("is a conflict with an event of the same id, whichever came first", async () => {
    const [store, one, other] = [createStore(), aTenant(), aTenant()];
    await store.receive(one, MESSAGE, "b1", NOW);
    await store.receive(other, EVENT, "b1", NOW);

    expect(await store.receive(one, EVENT, "b2", NOW)).toEqual({ kind: "conflict" });
    expect(await store.receive(other, MESSAGE, "b2", NOW)).toEqual({ kind: "conflict" });
    expect(await store.readMessage(other, MESSAGE.id)).toBeUndefined();
  });

  test("is a duplicate when it says the same again at another time", async () => {
    const [store, tenant] = [createStore(), aTenant()];
    await store.receive(tenant, MESSAGE, "b1", NOW);

    const again = await store.receive(tenant, { ...MESSAGE, time: later(5).toISOString() }, "b2", later(5));

    expect(again.kind).toBe("duplicate");
  });
});
