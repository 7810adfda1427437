import { describe, expect, test } from "vitest";
import { ROUTES, type Route } from "../../shared/contracts/routes.ts";
import { ROLES, type Role } from "../../shared/domain/role.ts";
import { GOOD_BODIES } from "../fakes/bodies.ts";
import { idFor, startWorld } from "../fakes/world.ts";

/** What the README promises of each role, written out on its own: the test does not ask the code under test. */
const MAY: Readonly<Record<Role, readonly Route["access"][]>> = {
  admin: ["admin", "editor", "viewer", "publisher", "anyone", "public"],
  editor: ["editor", "viewer", "anyone", "public"],
  viewer: ["viewer", "anyone", "public"],
  publisher: ["publisher", "anyone", "public"],
};

const SCOPED = ROUTES.filter(({ path, access }) => access !== "public" && path.includes("{scope}"));

const WITH_TOKEN = ROUTES.filter(({ access }) => access !== "public");

const requestAt = (scope: string, operation: (typeof ROUTES)[number]["operation"], groups: string | undefined) => ({
  scope,
  id: idFor(operation, scope),
  body: GOOD_BODIES[operation],
  ...(groups === undefined ? {} : { groups }),
});

/** What public operations answer that ask for a proof of their own, when there is none. */
const WITHOUT_PROOF: Readonly<Record<string, number>> = {
  // A browser that comes back from nowhere is told so, and not asked for a token.
  oauthCallback: 400,
  takeSendGridEvents: 401,
  showUnsubscribe: 404,
  unsubscribe: 404,
};

/** What nobody can do in this world: delete a scope that holds something, or consent for a login with a password. */
const IN_CONFLICT = ["deleteScope", "authorizeOAuth"];

const done = (operation: string) => (IN_CONFLICT.includes(operation) ? [409] : [200, 201, 202, 204]);

describe("role matrix", () => {
  for (const role of ROLES) {
    test.each(SCOPED)(`${role} of the tenant: $operation`, async ({ operation, access }) => {
      const api = await startWorld();

      const answered = await api.call(operation, requestAt("acme.eng", operation, `[acme:${role}]`));

      if (MAY[role].includes(access)) expect([...done(operation), 204]).toContain(answered.status);
      else expect(answered).toMatchObject({ status: 403, body: { code: "forbidden" } });
    });

    test.each(SCOPED)(`${role} of a scope below: $operation`, async ({ operation }) => {
      const api = await startWorld();

      const answered = await api.call(operation, requestAt("acme", operation, `[acme.eng:${role}]`));

      expect(answered).toMatchObject({ status: 403, body: { code: "forbidden" } });
    });

    test.each(SCOPED)(`${role} of another tenant: $operation`, async ({ operation }) => {
      const api = await startWorld();

      const there = await api.call(operation, requestAt("globex.eng", operation, `[acme:${role}]`));
      const nowhere = await api.call(operation, requestAt("initech.eng", operation, `[acme:${role}]`));

      expect(there).toMatchObject({ status: 404, body: { code: "not-found" } });
      expect(there.text.replace("globex", "initech")).toBe(nowhere.text);
    });

    test.each(SCOPED)(`${role} of a tenant at the root: $operation`, async ({ operation }) => {
      const api = await startWorld();

      const answered = await api.call(operation, requestAt("system", operation, `[acme:${role}]`));

      expect(answered.status).toBe(404);
    });

    test.each(SCOPED)(`${role} of the root: $operation`, async ({ operation, access }) => {
      const api = await startWorld();

      const answered = await api.call(operation, requestAt("acme.eng", operation, `[system:${role}]`));

      if (MAY[role].includes(access)) expect(done(operation)).toContain(answered.status);
      else expect(answered.status).toBe(403);
    });
  }

  test.each(WITH_TOKEN)("nobody without a token: $operation", async ({ operation }) => {
    const api = await startWorld();

    const answered = await api.call(operation, requestAt("acme.eng", operation, undefined));

    expect(answered).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(answered.headers["www-authenticate"]).toBe("Bearer");
  });

  test.each(WITH_TOKEN)("nobody with a token of another kind: $operation", async ({ operation }) => {
    const api = await startWorld();

    const request = { ...requestAt("acme.eng", operation, "[system:admin]"), claims: { token_use: "id" } };
    const answered = await api.call(operation, request);

    expect(answered.status).toBe(401);
  });

  test.each(SCOPED)("nothing without a grant: $operation", async ({ operation }) => {
    const api = await startWorld();

    const answered = await api.call(operation, requestAt("acme.eng", operation, "[]"));

    expect(answered.status).toBe(404);
  });

  test.each(ROUTES.filter(({ access }) => access === "public"))("everybody: $operation", async ({ operation }) => {
    const api = await startWorld();

    const answered = await api.call(operation);

    expect(answered.status).toBe(WITHOUT_PROOF[operation] ?? 200);
  });
});
