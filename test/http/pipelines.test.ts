import { describe, expect, test } from "vitest";
import { type RequestParts, startApi } from "../fakes/api.ts";

/** The API with the scopes `acme` and `acme.eng`, and a caller who edits `acme.eng`. */
const start = async () => {
  const api = startApi();
  for (const scope of ["acme", "acme.eng"]) await api.call("putScope", { scope, groups: "[system:admin]", body: {} });
  const at = { scope: "acme.eng", id: "build-api", groups: "[acme.eng:editor]" };
  return {
    get: (parts: RequestParts = {}) => api.call("getPipelineNotifications", { ...at, ...parts }),
    put: (body: unknown, parts: RequestParts = {}) => api.call("putPipelineNotifications", { ...at, body, ...parts }),
    remove: (parts: RequestParts = {}) => api.call("deletePipelineNotifications", { ...at, ...parts }),
    audit: () => api.call("listAudit", { scope: "acme", groups: "[acme:admin]" }),
  };
};

describe("the notifications of one pipeline", () => {
  test("are not found until somebody sets them", async () => {
    const { get } = await start();

    const answer = await get();

    expect(answer.status).toBe(404);
    expect(answer.body.detail).toBe('Override of pipeline "build-api" does not exist in scope "acme.eng".');
  });

  test("are created, replaced under their version, and reset", async () => {
    const { get, put, remove } = await start();

    const created = await put({ mode: "custom", minSeverity: "warning", recipients: { emails: "ada@acme.example" } });
    const stale = await put({ mode: "inherit" }, { headers: { "if-match": '"7"' } });
    const muted = await put({ mode: "muted" }, { headers: { "if-match": '"1"' } });
    const found = await get();
    const removed = await remove();

    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      id: "build-api",
      scope: "acme.eng",
      mode: "custom",
      minSeverity: "warning",
      recipients: { emails: ["ada@acme.example"], groups: [] },
      version: 1,
    });
    expect([stale.status, muted.status, found.headers.etag]).toEqual([412, 200, '"2"']);
    expect(found.body).toMatchObject({ mode: "muted", version: 2 });
    expect(found.body).not.toHaveProperty("recipients");
    expect([removed.status, (await get()).status]).toEqual([204, 404]);
  });

  test.each(["org/repo", "Build API #1", "Ünï-cöde", "x".repeat(256), "a:b#c", ".."])(
    "are kept under the id %j as events have it",
    async (id) => {
      const { get, put } = await start();

      await put({ mode: "muted" }, { id });

      expect((await get({ id })).body).toMatchObject({ id, mode: "muted" });
    },
  );

  test.each([{ id: "x".repeat(257) }, { id: "" }, { id: "\ud800" }])(
    "refuse $id, which no event has",
    async ({ id }) => {
      const { put } = await start();

      const answer = await put({ mode: "muted" }, { id });

      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([
        { path: "id", message: "must be the id of a pipeline, 1 to 256 characters" },
      ]);
    },
  );

  test("name groups of their own scope and of those above it only", async () => {
    const { put } = await start();

    const answer = await put({ mode: "custom", recipients: { groups: ["acme:ops", "globex:ops"] } });

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      { path: "recipients.groups[1]", message: "must name a group of acme.eng, acme, system" },
    ]);
  });

  test("are changed by editors only, and every change is in the audit trail", async () => {
    const { put, audit } = await start();

    const refused = await put({ mode: "muted" }, { groups: "[acme.eng:viewer]" });
    await put({ mode: "muted" });

    expect(refused.status).toBe(403);
    const [latest] = (await audit()).body.items;
    expect(latest).toMatchObject({ action: "putPipelineNotifications", target: "pipeline build-api", by: "ada" });
  });
});
