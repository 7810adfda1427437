import { describe, expect, test } from "vitest";
import type { Operation } from "../../shared/contracts/routes.ts";
import type { Delivery, DeliveryState } from "../../shared/domain/delivery.ts";
import { startApi } from "../fakes/api.ts";
import { change, scopeOf } from "../fakes/config-documents.ts";
import { aDelivery } from "../fakes/history-data.ts";
import { createMemoryAudit } from "../fakes/memory-audit.ts";
import { createMemoryConfigStore } from "../fakes/memory-config-store.ts";

const NOW = "2026-11-20T12:00:00.000Z";
const TOMORROW = "2026-11-21T12:00:00.000Z";

const startWith = async (...deliveries: Delivery[]) => {
  const config = createMemoryConfigStore();
  for (const scope of ["acme", "acme.eng"].map(scopeOf))
    await config.scopes.put(scope, { scope, name: scope }, change());
  const audit = createMemoryAudit();
  const api = startApi({ config, audit, deliveries });
  return { ...api, audit: async () => (await audit.list(scopeOf("acme"), { limit: 10 })).items };
};

const deliveryThatIs = (state: DeliveryState, different: Partial<Delivery> = {}): Delivery => ({
  ...aDelivery("acme.eng", `event-${state}`),
  state,
  dueAt: state === "deferred" || state === "ambiguous" ? TOMORROW : null,
  ...different,
});

const ask = async (operation: Operation, delivery: Delivery) => {
  const api = await startWith(delivery);
  const call = () => api.call(operation, { scope: "acme", id: delivery.id, groups: "[acme:admin]" });
  return { first: await call(), second: await call(), audit: await api.audit() };
};

describe("retry", () => {
  test.each([
    ["rejected", false],
    ["expired", false],
    ["suppressed", false],
    ["held", true],
    ["ambiguous", true],
  ] as const)(
    "makes a delivery due that is %s; that it may be the second copy is %s",
    async (state, possibleDuplicate) => {
      const { first, second, audit } = await ask("retryDelivery", deliveryThatIs(state));

      expect(first).toMatchObject({ status: 200, body: { state: "deferred", dueAt: NOW, possibleDuplicate } });
      expect(second).toEqual(first);
      expect(audit).toMatchObject([{ action: "retryDelivery", scope: "acme.eng", by: "ada" }]);
    },
  );

  test.each(["sending", "accepted", "deferred", "cancelled"] as const)(
    "is refused for a delivery that is %s, and changes nothing",
    async (state) => {
      const { first, audit } = await ask("retryDelivery", deliveryThatIs(state));

      expect(first).toMatchObject({
        status: 409,
        body: {
          detail: `The delivery is ${state}. Only one that is rejected or expired or suppressed or held or ambiguous can be sent again.`,
        },
      });
      expect(audit).toEqual([]);
    },
  );

  test("keeps in mind that an earlier try may have gone out", async () => {
    const { first } = await ask("retryDelivery", deliveryThatIs("expired", { possibleDuplicate: true }));

    expect(first.body.possibleDuplicate).toBe(true);
  });
});

describe("release", () => {
  test.each(["deferred", "held"] as const)("makes a delivery due that is %s", async (state) => {
    const { first, second, audit } = await ask("releaseDelivery", deliveryThatIs(state));

    expect(first).toMatchObject({ status: 200, body: { state: "deferred", dueAt: NOW } });
    expect(second).toEqual(first);
    expect(audit).toMatchObject([{ action: "releaseDelivery", target: expect.stringMatching(/^delivery 2026/) }]);
  });

  test.each(["sending", "accepted", "rejected", "ambiguous", "expired", "suppressed", "cancelled"] as const)(
    "is refused for a delivery that is %s",
    async (state) => {
      const { first } = await ask("releaseDelivery", deliveryThatIs(state));

      expect(first).toMatchObject({ status: 409, body: { detail: expect.stringContaining(`is ${state}.`) } });
    },
  );
});

describe("cancel", () => {
  test.each(["deferred", "held", "ambiguous"] as const)("ends a delivery that is %s", async (state) => {
    const { first, second, audit } = await ask("cancelDelivery", deliveryThatIs(state));

    expect(first).toMatchObject({ status: 200, body: { state: "cancelled", dueAt: null } });
    expect(second).toEqual(first);
    expect(audit).toMatchObject([
      {
        action: "cancelDelivery",
        changes: expect.arrayContaining([{ path: "state", before: state, after: "cancelled" }]),
      },
    ]);
  });

  test.each(["sending", "accepted", "rejected", "expired", "suppressed"] as const)(
    "is refused for a delivery that is %s",
    async (state) => {
      const { first } = await ask("cancelDelivery", deliveryThatIs(state));

      expect(first).toMatchObject({ status: 409, body: { detail: expect.stringContaining(`is ${state}.`) } });
    },
  );
});

test("a delivery beside the scope, or none, is not found", async () => {
  const delivery = deliveryThatIs("held");
  const api = await startWith({ ...delivery, scope: scopeOf("acme.sales") });

  const beside = await api.call("cancelDelivery", { scope: "acme.eng", id: delivery.id, groups: "[acme:admin]" });
  const none = await api.call("cancelDelivery", {
    scope: "acme",
    id: aDelivery("acme", "x").id,
    groups: "[acme:admin]",
  });

  expect([beside.status, none.status]).toEqual([404, 404]);
});

describe("lists", () => {
  const list = async (operation: "listDeliveries" | "listEvents", query: Record<string, string>) => {
    const held = deliveryThatIs("held", { pipelineId: "build-web" });
    const api = await startWith(deliveryThatIs("accepted"), held);
    return api.call(operation, { scope: "acme", groups: "[acme:viewer]", query });
  };

  test.each([
    [{}, 2],
    [{ state: "held" }, 1],
    [{ state: "expired" }, 0],
    [{ pipeline: "build-web" }, 1],
    [{ eventId: "event-held", state: "held" }, 1],
    [{ eventId: "event-held", state: "accepted" }, 0],
    [{ from: NOW, to: TOMORROW }, 2],
    [{ from: "2026-11-20T13:00:00+01:00" }, 2],
    [{ to: NOW }, 0],
  ])("narrow deliveries down by %j", async (query, found) => {
    expect((await list("listDeliveries", query)).body.items).toHaveLength(found);
  });

  test.each([
    ["listDeliveries", { state: "lost" }, "state"],
    ["listDeliveries", { state: "" }, "state"],
    ["listDeliveries", { recipient: "ada" }, "recipient"],
    ["listDeliveries", { pipeline: "" }, "pipeline"],
    ["listDeliveries", { pipeline: "x".repeat(300) }, "pipeline"],
    ["listDeliveries", { eventId: "a b" }, "eventId"],
    ["listDeliveries", { from: "yesterday" }, "from"],
    ["listDeliveries", { to: "2026-11-20T12:00:00" }, "to"],
    ["listDeliveries", { from: "2026-02-30T25:00:00Z" }, "from"],
    ["listDeliveries", { from: TOMORROW, to: NOW }, "to"],
    ["listEvents", { type: "pipeline failed" }, "type"],
    ["listEvents", { status: "lost" }, "status"],
    ["listEvents", { from: "1" }, "from"],
  ] as const)("%s with %j is refused by name", async (operation, query, path) => {
    const answered = await list(operation, query);

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });

  test("say in the OpenAPI document what they can be narrowed down by", async () => {
    const { body } = await startApi().call("getOpenApi");
    const namesOf = (path: string) =>
      body.paths[path].get.parameters
        .filter((one: { in: string }) => one.in === "query")
        .map(({ name }: { name: string }) => name);

    expect(namesOf("/v1/scopes/{scope}/deliveries")).toEqual([
      "limit",
      "cursor",
      "from",
      "to",
      "state",
      "recipient",
      "pipeline",
      "eventId",
    ]);
    expect(namesOf("/v1/scopes/{scope}/events")).toEqual(["limit", "cursor", "from", "to", "type", "status"]);
  });
});
