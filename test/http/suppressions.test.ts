import { describe, expect, test } from "vitest";
import { addressOf, NOW, scopeOf } from "../fakes/builders.ts";
import { startWorld } from "../fakes/world.ts";

const EDITOR = "[acme:editor]";

type Api = Awaited<ReturnType<typeof startWorld>>;

const add = (api: Api, body: object, scope = "acme") => api.call("addSuppression", { scope, groups: EDITOR, body });

const list = (api: Api, scope = "acme", groups = EDITOR) => api.call("listSuppressions", { scope, groups });

const remove = (api: Api, id: string, scope = "acme") => api.call("deleteSuppression", { scope, id, groups: EDITOR });

const addressesIn = ({ body }: { body: { items: { address: string }[] } }) => body.items.map(({ address }) => address);

describe("the suppression list", () => {
  test("has an address that was put there by hand, as the contract shows it", async () => {
    const api = await startWorld();

    const added = await add(api, { address: "Ada@ACME.example", reason: "Left the company" });

    expect(added.status).toBe(201);
    expect(added.body).toEqual({
      address: "Ada@acme.example",
      cause: "manual",
      reason: "Left the company",
      deliveryId: null,
      createdAt: "2026-11-20T12:00:00.000Z",
      createdBy: "ada",
    });
    expect((await list(api)).body).toEqual({ items: [added.body, expect.anything()], nextCursor: null });
  });

  test("stays as it is when an address is put there again", async () => {
    const api = await startWorld();
    const first = await add(api, { address: "ada@acme.example", reason: "Left" });

    const again = await add(api, { address: "ADA@acme.example", reason: "Came back" });

    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(addressesIn(await list(api))).toEqual(["ada@acme.example", "gone@acme.example"]);
  });

  test("tells who unsubscribed, until an administrator puts the address there", async () => {
    const api = await startWorld();
    const address = addressOf("ada@acme.example");
    const unsubscribed = { address, cause: "unsubscribed", reason: null, deliveryId: null } as const;
    await api.config.suppressions.add(scopeOf("acme"), unsubscribed, { by: "recipient", at: NOW });
    const before = (await list(api)).body.items[0];

    const added = await add(api, { address, reason: "Left" });

    expect(before).toMatchObject({ address, cause: "unsubscribed", createdBy: "recipient" });
    expect(added).toMatchObject({ status: 200, body: { cause: "manual", reason: "Left", createdBy: "ada" } });
    expect((await list(api)).body.items[0]).toEqual(added.body);
  });

  test("has a reason only if one is given", async () => {
    const api = await startWorld();

    expect((await add(api, { address: "ada@acme.example" })).body.reason).toBeNull();
  });

  test("lets an address go, and says when it is not there", async () => {
    const api = await startWorld();

    const removed = await remove(api, "GONE@acme.example");
    const again = await remove(api, "gone@acme.example");

    expect(removed).toMatchObject({ status: 204, text: "" });
    expect(again).toMatchObject({
      status: 404,
      body: { code: "not-found", detail: expect.stringContaining('"gone@acme.example" on the suppression list') },
    });
    expect(addressesIn(await list(api))).toEqual([]);
  });

  test("is the same one at the tenant and at each scope below", async () => {
    const api = await startWorld();

    await add(api, { address: "ada@acme.example" }, "acme.eng");
    await remove(api, "gone@acme.example", "acme.eng");

    expect(addressesIn(await list(api, "acme"))).toEqual(["ada@acme.example"]);
    expect(addressesIn(await list(api, "acme.eng"))).toEqual(["ada@acme.example"]);
  });

  test("is another one for each tenant", async () => {
    const api = await startWorld();

    await add(api, { address: "ada@acme.example" });
    await remove(api, "gone@acme.example");

    expect(addressesIn(await list(api, "globex", "[globex:viewer]"))).toEqual(["gone@acme.example"]);
  });

  test("comes in pages", async () => {
    const api = await startWorld();
    for (const name of ["a", "b", "c"]) await add(api, { address: `${name}@acme.example` });
    const page = (query: Record<string, string>) =>
      api.call("listSuppressions", { scope: "acme", groups: EDITOR, query });

    const first = await page({ limit: "3" });
    const second = await page({ limit: "3", cursor: first.body.nextCursor });

    expect(addressesIn(first)).toEqual(["a@acme.example", "b@acme.example", "c@acme.example"]);
    expect(addressesIn(second)).toEqual(["gone@acme.example"]);
    expect(second.body.nextCursor).toBeNull();
  });

  test.each(["listSuppressions", "addSuppression", "deleteSuppression"] as const)(
    "is not there for the root, as %s says",
    async (operation) => {
      const api = await startWorld();

      const request = { scope: "system", id: "ada@acme.example", body: { address: "ada@acme.example" } };
      const answered = await api.call(operation, { ...request, groups: "[system:admin]" });

      expect(answered).toMatchObject({
        status: 422,
        body: {
          detail: "The scope system has no suppression list: each tenant has its own.",
          errors: [{ path: "scope" }],
        },
      });
    },
  );

  test("is not there for a scope that does not exist", async () => {
    const api = await startWorld();

    expect((await list(api, "acme.nowhere")).status).toBe(404);
  });

  test.each([
    [{ address: "ada" }, "address"],
    [{ address: "a@x.example, b@x.example" }, "address"],
    [{ reason: "Left" }, "address"],
    [{ address: "ada@acme.example", reason: "" }, "reason"],
    [{ address: "ada@acme.example", reason: "a\nb" }, "reason"],
    [{ address: "ada@acme.example", reason: "x".repeat(301) }, "reason"],
    [{ address: "ada@acme.example", cause: "bounced" }, "cause"],
  ])("refuses %j by name", async (body, path) => {
    const api = await startWorld();

    expect(await add(api, body)).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });

  test("refuses a path that names no address", async () => {
    const api = await startWorld();

    expect(await remove(api, "gone")).toMatchObject({ status: 422, body: { errors: [{ path: "address" }] } });
  });

  test.each(["o'hara+ci@acme.example", "a%b@acme.example", "a/b@acme.example"])(
    "lets %s go by its path",
    async (address) => {
      const api = await startWorld();
      await add(api, { address });

      expect((await remove(api, address)).status).toBe(204);
    },
  );
});
