import { describe, expect, test } from "vitest";
import { startApi } from "../fakes/api.ts";
import { startWorld } from "../fakes/world.ts";

const ROOT = "[system:admin]";

const put = (api: ReturnType<typeof startApi>, scope: string, groups = ROOT) =>
  api.call("putScope", { scope, groups, body: { name: scope } });

describe("scopes", () => {
  test("creates a tenant, then renames it", async () => {
    const api = startApi();

    const created = await put(api, "acme");
    const renamed = await api.call("putScope", { scope: "acme", groups: "[acme:admin]", body: { name: " Acme Inc " } });

    expect(created).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    expect(renamed).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(renamed.body).toEqual({
      scope: "acme",
      name: "Acme Inc",
      version: 2,
      updatedAt: "2026-11-20T12:00:00.000Z",
      updatedBy: "ada",
    });
  });

  test("names a scope by its path when no name is given", async () => {
    const api = startApi();

    const created = await api.call("putScope", { scope: "acme", groups: ROOT, body: {} });

    expect(created).toMatchObject({ status: 201, body: { scope: "acme", name: "acme" } });
  });

  test("lets only system:admin create a tenant", async () => {
    const api = startApi();

    const answered = await put(api, "acme", "[acme:admin]");

    expect(answered).toMatchObject({ status: 403, body: { detail: expect.stringContaining("only system:admin") } });
  });

  test("lets a tenant's administrator create the scopes below it, from the top", async () => {
    const api = startApi();
    await put(api, "acme");

    const tooDeep = await put(api, "acme.eng.pay", "[acme:admin]");
    const answered = [await put(api, "acme.eng", "[acme:admin]"), await put(api, "acme.eng.pay", "[acme:admin]")];

    expect(tooDeep).toMatchObject({ status: 409, body: { detail: expect.stringContaining('"acme.eng"') } });
    expect(answered.map(({ status }) => status)).toEqual([201, 201]);
  });

  test("refuses to delete a scope that holds something, and names it", async () => {
    const api = await startWorld();

    const answered = await api.call("deleteScope", { scope: "acme", groups: ROOT });

    expect(answered).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(answered.body.detail).toContain(
      "sub-scopes, mail settings, a brand, groups, rules, templates, notifications of pipelines, AWS sources",
    );
  });

  test("deletes an empty scope, once or twice", async () => {
    const api = startApi();
    await put(api, "acme");

    const deleted = [
      await api.call("deleteScope", { scope: "acme", groups: ROOT }),
      await api.call("deleteScope", { scope: "acme", groups: ROOT }),
    ];
    const found = await api.call("getScope", { scope: "acme", groups: ROOT });

    expect(deleted.map(({ status }) => status)).toEqual([204, 204]);
    expect(found.status).toBe(404);
  });

  test("keeps the domains a tenant may mail until it is put without them", async () => {
    const api = startApi();
    const body = { name: "Acme", recipientDomains: ["Acme.example", "*.acme.example"] };

    const written = await api.call("putScope", { scope: "acme", groups: ROOT, body });
    const read = await api.call("getScope", { scope: "acme", groups: ROOT });
    await put(api, "acme");
    const without = await api.call("getScope", { scope: "acme", groups: ROOT });

    expect(written).toMatchObject({ status: 201, body: { recipientDomains: ["acme.example", "*.acme.example"] } });
    expect(read.body).toEqual(written.body);
    expect(without.body).not.toHaveProperty("recipientDomains");
  });

  test.each([
    { scope: "acme.eng", place: "the tenant, with PUT /v1/scopes/acme" },
    { scope: "system", place: "each tenant" },
  ])("refuses domains at $scope, and says where they belong", async ({ scope, place }) => {
    const api = await startWorld();

    const body = { name: "x", recipientDomains: ["acme.example"] };
    const answered = await api.call("putScope", { scope, groups: ROOT, body });

    expect(answered.status).toBe(422);
    expect(answered.body.errors).toEqual([
      { path: "recipientDomains", message: `must be set on ${place}, and holds for all its scopes: leave it out here` },
    ]);
  });

  test("has the root always, and never changes it", async () => {
    const api = startApi();

    const found = await api.call("getScope", { scope: "system", groups: ROOT });
    const changed = [await put(api, "system"), await api.call("deleteScope", { scope: "system", groups: ROOT })];

    expect(found).toMatchObject({ status: 200, body: { scope: "system" } });
    expect(changed.map(({ status }) => status)).toEqual([409, 409]);
  });

  test.each(["Acme", "acme..eng", "a.b.c.d.e", "acme_x", "aws.x", "tidings", "system.x", "", "x".repeat(41), "acme/x"])(
    "refuses the scope %j by name",
    async (scope) => {
      const api = startApi();

      const answered = await put(api, scope);

      expect(answered).toMatchObject({ status: 422, body: { errors: [{ path: "scope" }] } });
    },
  );

  test.each([
    { groups: ROOT, scopes: ["system", "acme", "acme.eng", "globex", "globex.eng"] },
    { groups: "[acme:viewer]", scopes: ["acme", "acme.eng"] },
    { groups: "globex.eng:viewer,acme.eng:editor,acme.eng:viewer", scopes: ["acme.eng", "globex.eng"] },
    { groups: "acme:admin acme.eng:viewer other:thing:x", scopes: ["acme", "acme.eng"] },
    { groups: "[acme:publisher]", scopes: [] },
    { groups: "[nosuch:admin]", scopes: [] },
    { groups: "", scopes: [] },
  ])("lists to $groups what they may see, in pages of any size", async ({ groups, scopes }) => {
    const api = await startWorld();

    for (const limit of ["1", "2", "3", "100"]) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const query: Record<string, string> = cursor === null ? { limit } : { limit, cursor };
        const { body } = await api.call("listScopes", { groups, query });
        seen.push(...body.items.map((item: { scope: string }) => item.scope));
        cursor = body.nextCursor;
      } while (cursor !== null);

      expect(seen).toEqual(scopes);
    }
  });

  test("refuses the cursor of somebody who may see more", async () => {
    const api = await startWorld();
    const page = await api.call("listScopes", { groups: "[globex:viewer]", query: { limit: "1" } });

    const answered = await api.call("listScopes", { groups: "[acme:viewer]", query: { cursor: page.body.nextCursor } });

    expect(page.body.nextCursor).not.toBeNull();
    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path: "cursor" }] } });
  });
});
