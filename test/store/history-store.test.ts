import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deliveryIdOf } from "../../shared/domain/delivery.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import { createDigestStore } from "../../shared/store/digest-store.ts";
import { createWaitingRoom } from "../../shared/store/waiting-store.ts";
import { addressOf, aJob, anEvent, aRecord, later, NOW } from "../fakes/builders.ts";
import { below, type RecordedHistory, startHistory } from "./recorded-history.ts";

let recorded: RecordedHistory;

beforeAll(async () => {
  recorded = await startHistory();
});

afterAll(() => recorded.stop());

describe("lists", () => {
  test("are newest first, over days", async () => {
    const scope = recorded.aTenant();
    const days = [0, 0.01, 1, 1.5, 3, 11.9];
    for (const [index, day] of days.entries()) await recorded.route(scope, `e${index}`, later(-day * 86_400));

    const { items, cursor } = await recorded.history.events(scope, { limit: 50 });

    expect(items.map(({ id }) => id)).toEqual(["e0", "e1", "e2", "e3", "e4", "e5"]);
    expect(cursor).toBeUndefined();
  });

  test("hold what lies at the scope or below it", async () => {
    const tenant = recorded.aTenant();
    const [eng, engine] = [below(tenant, "eng"), below(tenant, "engine")];
    for (const scope of [tenant, eng, below(eng, "payments"), engine]) {
      await recorded.route(scope, `at-${scope}`, NOW);
      await recorded.claim(scope, `at-${scope.replaceAll(".", "-")}`, NOW);
    }

    const found = await recorded.history.events(eng, { limit: 50 });
    const mails = await recorded.history.deliveries(eng, { limit: 50 });

    expect(found.items.map(({ scope }) => scope).sort()).toEqual([eng, `${eng}.payments`]);
    expect(mails.items.map(({ scope }) => scope).sort()).toEqual([eng, `${eng}.payments`]);
  });
});

describe("a digest", () => {
  test("is shown with the events it holds when it is looked at by itself, also while it collects", async () => {
    const tenant = recorded.aTenant();
    const [eventId, recipient] = ["digest-1", addressOf("ada@acme.example")];
    const deliveryId = deliveryIdOf(tenantOf(tenant), eventId, recipient, NOW.toISOString());
    const { event: _, ...job } = aJob({ scope: tenant, eventId, recipient, deliveryId });
    await createWaitingRoom(recorded.deliveries, 90).park({ ...job, kind: "digest" }, later(60).toISOString(), NOW);
    await createDigestStore(recorded.deliveries, 90).add(
      tenantOf(tenant),
      deliveryId,
      ["e2", "e1"],
      NOW,
      async () => undefined,
    );

    const digest = await recorded.history.delivery(tenant, deliveryId);
    const list = await recorded.history.deliveries(tenant, { limit: 50 });

    expect(digest).toMatchObject({ id: deliveryId, state: "deferred", eventId, eventIds: ["e1", "e2"] });
    expect(list.items).toMatchObject([{ id: deliveryId }]);
    expect(list.items[0]).not.toHaveProperty("eventIds");
  });

  test("is not what any other mail is", async () => {
    const tenant = recorded.aTenant();
    const id = await recorded.claim(tenant, "ada", NOW);

    expect(await recorded.history.delivery(tenant, id)).not.toHaveProperty("eventIds");
  });
});

describe("one event", () => {
  test("is found by its id at its scope and above, not beside and not by another tenant", async () => {
    const tenant = recorded.aTenant();
    const eng = below(tenant, "eng");
    await recorded.events.receive(tenantOf(tenant), anEvent({ id: "e1", scope: eng }), "b1", NOW);
    const record = await recorded.route(eng, "e1", NOW);

    expect(await recorded.history.event(eng, "e1")).toEqual(record);
    expect(await recorded.history.event(tenant, "e1")).toEqual(record);
    expect(await recorded.history.event(below(tenant, "sales"), "e1")).toBeUndefined();
    expect(await recorded.history.event(recorded.aTenant(), "e1")).toBeUndefined();
    expect(await recorded.history.event(tenant, "e2")).toBeUndefined();
  });

  test("is found when it was refused, and what it became when it was published again", async () => {
    const tenant = recorded.aTenant();
    const refused = aRecord({ id: "e1", scope: tenant, status: "refused" });
    await recorded.events.recordTurnedAway(tenantOf(tenant), refused, "b1");
    expect(await recorded.history.event(tenant, "e1")).toEqual(refused);

    await recorded.events.receive(tenantOf(tenant), anEvent({ id: "e1", scope: tenant }), "b2", later(5));
    const routed = await recorded.route(tenant, "e1", later(5));

    expect(await recorded.history.event(tenant, "e1")).toEqual(routed);
    expect((await recorded.history.events(tenant, { limit: 10 })).items).toEqual([routed, refused]);
  });

  test("stays what it was first when a duplicate follows, which the list shows", async () => {
    const tenant = recorded.aTenant();
    await recorded.events.receive(tenantOf(tenant), anEvent({ id: "e1", scope: tenant }), "b1", NOW);
    const routed = await recorded.route(tenant, "e1", NOW);
    const duplicate = aRecord({ id: "e1", scope: tenant, status: "duplicate", receivedAt: later(9).toISOString() });
    await recorded.events.recordTurnedAway(tenantOf(tenant), duplicate, "b2");

    expect(await recorded.history.event(tenant, "e1")).toEqual(routed);
    expect((await recorded.history.events(tenant, { limit: 10 })).items).toEqual([duplicate, routed]);
  });
});

describe("one delivery", () => {
  test("is found by its id at its scope and above, not beside and not by another tenant", async () => {
    const tenant = recorded.aTenant();
    const eng = below(tenant, "eng");
    const id = await recorded.claim(eng, "ada", later(-3 * 86_400));

    expect(await recorded.history.delivery(eng, id)).toMatchObject({ id, scope: eng, state: "sending" });
    expect(await recorded.history.delivery(tenant, id)).toMatchObject({ id });
    expect(await recorded.history.delivery(below(tenant, "sales"), id)).toBeUndefined();
    expect(await recorded.history.delivery(recorded.aTenant(), id)).toBeUndefined();
  });

  test("shows nothing that only the store needs", async () => {
    const tenant = recorded.aTenant();
    const id = await recorded.claim(tenant, "ada", NOW);

    const delivery = await recorded.history.delivery(tenant, id);

    for (const field of ["pk", "sk", "leaseUntil", "expiresAt", "tries", "job", "dueShard"]) {
      expect(delivery).not.toHaveProperty(field);
    }
  });
});
