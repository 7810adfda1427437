import { describe, expect, test } from "vitest";
import { type Operation, ROUTES } from "../../shared/contracts/routes.ts";
import type { OAuthState } from "../../shared/domain/oauth-state.ts";
import { startApi } from "../fakes/api.ts";
import { GOOD_BODIES } from "../fakes/bodies.ts";
import { createMemoryAudit } from "../fakes/memory-audit.ts";
import { createMemoryPublisher } from "../fakes/memory-publisher.ts";
import { idFor, startWorld } from "../fakes/world.ts";

const ADMIN = "[acme:admin]";

/** Operations that write but change no configuration, each with the reason. Every other one has to be audited. */
const CHANGES_NOTHING: ReadonlySet<Operation> = new Set<Operation>([
  "testMailSettings", // sends one mail; what it remembers is its own outcome
  "authorizeOAuth", // begins what the callback ends
  "testRule", // sends samples
  "testGroup", // sends samples
  "explain", // only tells
  "previewTemplate", // only shows
  "publishEvent", // is for publishers; the event's record tells of it
  "sendMessage", // is for publishers; the message's record tells of it
  "unsubscribe", // is for recipients; the suppression list tells of it
  "takeSendGridEvents", // is for SendGrid; the deliveries and the suppression list tell of it
]);

const CHANGING = ROUTES.filter(({ method, operation }) => method !== "GET" && !CHANGES_NOTHING.has(operation));

/** What makes an operation change something in the world, where what it is given otherwise is there already. */
const REQUESTS: Readonly<Partial<Record<Operation, { readonly scope?: string; readonly body?: object }>>> = {
  putScope: { body: { name: "Other" } },
  deleteScope: { scope: "acme.empty" },
  putMailSettings: { body: { ...GOOD_BODIES.putMailSettings, name: "Other" } },
  putGroup: { body: { ...GOOD_BODIES.putGroup, name: "Other" } },
  putRule: { body: { ...GOOD_BODIES.putRule, name: "Other" } },
  putBrand: { body: { name: "Other" } },
  putTemplate: { body: { ...GOOD_BODIES.putTemplate, html: "<p>Other</p>" } },
  putPipelineNotifications: { body: { mode: "muted" } },
  addSuppression: { body: { address: "new@acme.example" } },
  putAwsSource: { body: { ...GOOD_BODIES.putAwsSource, name: "Other" } },
};

const CONNECTED: OAuthState = {
  status: "connected",
  binding: "",
  tokenVersionId: "",
  connectedAt: "2026-11-01T12:00:00.000Z",
  expiresAt: null,
  warnedDays: [],
};

const startAudited = async () => {
  const [audit, publisher] = [createMemoryAudit(), createMemoryPublisher()];
  const api = await startWorld({ audit, publisher, oauthStates: new Map([["acme.eng", CONNECTED]]) });
  await api.call("putScope", { scope: "acme.empty", groups: ADMIN, body: { name: "Empty" } });
  audit.entries.length = 0;
  publisher.published.length = 0;
  return { api, audit, publisher };
};

describe("auditing", () => {
  test.each(CHANGING)("$operation is stored and published with who, when and what", async ({ operation }) => {
    const { api, audit, publisher } = await startAudited();
    const { scope = "acme.eng", body = GOOD_BODIES[operation] } = REQUESTS[operation] ?? {};

    const claims = { username: "Ada Lovelace" };
    const answered = await api.call(operation, { scope, id: idFor(operation, scope), groups: ADMIN, claims, body });

    expect([200, 201, 204]).toContain(answered.status);
    expect(audit.entries).toMatchObject([
      { at: "2026-11-20T12:00:00.000Z", by: "ada", byName: "Ada Lovelace", scope, action: operation },
    ]);
    expect(audit.entries[0]?.changes).not.toEqual([]);
    expect(publisher.published).toEqual([{ detailType: "Audit", detail: audit.entries[0] }]);
  });

  test.each(CHANGING)("$operation that is refused leaves no entry", async ({ operation }) => {
    const { api, audit } = await startAudited();
    const { scope = "acme.eng", body = GOOD_BODIES[operation] } = REQUESTS[operation] ?? {};
    const request = { scope, id: idFor(operation, scope), body };

    const forbidden = await api.call(operation, { ...request, groups: "[acme:viewer]" });
    const foreign = await api.call(operation, { ...request, groups: "[globex:admin]" });

    expect([forbidden.status, foreign.status]).toEqual([403, 404]);
    expect(audit.entries).toEqual([]);
  });

  test("a change that cannot be taken down is answered with 500, and works when it is repeated", async () => {
    const down = { append: () => Promise.reject(new Error("the table is down")), list: async () => ({ items: [] }) };
    const { api } = await startAudited();
    const broken = startApi({ config: api.config, audit: down });

    const request = { scope: "acme.eng", id: "new", groups: ADMIN, body: GOOD_BODIES.putGroup };
    const failed = await broken.call("putGroup", request);
    const again = await api.call("putGroup", request);

    expect(failed).toMatchObject({ status: 500, body: { code: "internal-error" } });
    expect(again.status).toBe(200);
  });
});

describe("listAudit", () => {
  test("answers entries of the scope and below as the contract has them, newest first, in pages", async () => {
    const { api } = await startAudited();
    const change = (scope: string, name: string) => api.call("putScope", { scope, groups: ADMIN, body: { name } });
    await change("acme.eng", "One");
    await change("acme", "Two");
    await change("acme.eng", "Three");

    const first = await api.call("listAudit", { scope: "acme", groups: ADMIN, query: { limit: "2" } });
    const query = { limit: "2", cursor: first.body.nextCursor };
    const second = await api.call("listAudit", { scope: "acme", groups: ADMIN, query });
    const below = await api.call("listAudit", { scope: "acme.eng", groups: ADMIN });

    expect(first.body.items[0]).toEqual({
      id: expect.any(String),
      at: "2026-11-20T12:00:00.000Z",
      by: "ada",
      byName: null,
      scope: "acme.eng",
      action: "putScope",
      target: "scope",
      changes: [{ path: "name", before: "One", after: "Three" }],
      omittedChanges: 0,
    });
    expect([...first.body.items, ...second.body.items].map(({ scope }) => scope)).toEqual([
      "acme.eng",
      "acme",
      "acme.eng",
    ]);
    expect(second.body.nextCursor).toBeNull();
    expect(below.body.items).toHaveLength(2);
  });

  test("shows nothing of another tenant, and keeps a tenant's deletion for the operator", async () => {
    const { api } = await startAudited();
    await api.call("putScope", { scope: "initech", groups: "[system:admin]", body: { name: "Initech" } });
    await api.call("deleteScope", { scope: "initech", groups: "[initech:admin]" });

    const tenant = await api.call("listAudit", { scope: "acme", groups: ADMIN });
    const operator = await api.call("listAudit", { scope: "system", groups: "[system:admin]" });
    const foreign = await api.call("listAudit", { scope: "globex", groups: ADMIN });

    expect(tenant.body.items).toEqual([]);
    expect(operator.body.items).toMatchObject([{ scope: "initech", action: "deleteScope", by: "ada" }]);
    expect(foreign.status).toBe(404);
  });

  test.each(["[acme:editor]", "[acme:viewer]", "[acme:publisher]"])("is refused to %s", async (groups) => {
    const { api } = await startAudited();

    const answered = await api.call("listAudit", { scope: "acme", groups });

    expect(answered.status).toBe(403);
  });
});
