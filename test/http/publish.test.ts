import { describe, expect, test } from "vitest";
import { startWorld } from "../fakes/world.ts";

const PUBLISHER = "[acme:publisher]";

const publish = async (body: object, scope = "acme.eng", groups = PUBLISHER) => {
  const api = await startWorld();
  return { api, answered: await api.call("publishEvent", { scope, groups, body }) };
};

describe("publishing an event through the API", () => {
  test("puts it on the bus under the tenant's own source, with an id to look it up by", async () => {
    const { api, answered } = await publish({ type: "PipelineFailed", pipeline: { id: "build-api" } });

    expect(answered).toMatchObject({ status: 202, body: { id: "id-1" } });
    expect(api.tenantBus.published).toEqual([
      {
        tenant: "acme",
        detailType: "Pipeline Event",
        detail: { id: "id-1", scope: "acme.eng", type: "PipelineFailed", pipeline: { id: "build-api" } },
      },
    ]);
  });

  test("keeps the publisher's id, and a scope below that of the path", async () => {
    const { api, answered } = await publish(
      { id: "mine", scope: "acme.eng", type: "Custom", data: { x: null } },
      "acme",
    );

    expect(answered.body).toEqual({ id: "mine" });
    expect(api.tenantBus.published[0]?.detail).toEqual({
      id: "mine",
      scope: "acme.eng",
      type: "Custom",
      data: { x: null },
    });
  });

  test("speaks for the tenant of the event, also for an operator", async () => {
    const body = { type: "Custom", scope: "globex.eng" };

    const { api } = await publish(body, "system", "[system:admin]");

    expect(api.tenantBus.published[0]?.tenant).toBe("globex");
  });

  test.each([
    { body: {}, path: "type" },
    { body: { type: "lower" }, path: "type" },
    { body: { type: "Custom", severity: "fatal" }, path: "severity" },
    { body: { type: "Custom", id: "with blank" }, path: "id" },
    { body: { type: "Custom", run: { id: "1", number: "x" } }, path: "run.number" },
    { body: { type: "Custom", scope: "globex" }, path: "scope" },
    { body: { type: "Custom", scope: "acme" }, path: "scope" },
    { body: { type: "Custom", scope: "acme.eng.none" }, path: "scope" },
    { body: { type: "Custom", scope: "Acme" }, path: "scope" },
  ])("refuses what the intake would: $body", async ({ body, path }) => {
    const { api, answered } = await publish(body);

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path }] } });
    expect(api.tenantBus.published).toEqual([]);
  });

  test("refuses an event of the root itself", async () => {
    const { answered } = await publish({ type: "Custom" }, "system", "[system:admin]");

    expect(answered.body.errors).toEqual([
      { path: "scope", message: "must be the scope of a tenant: the root has no events of its own" },
    ]);
  });

  test("refuses what the bus could not take", async () => {
    const { api, answered } = await publish({ type: "Custom", message: "x".repeat(256 * 1024 - 1040) });
    const fits = await publish({ type: "Custom", message: "x".repeat(250 * 1024) });

    expect(answered.status).toBe(413);
    expect(api.tenantBus.published).toEqual([]);
    expect(fits.answered.status).toBe(202);
  });
});
