import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { seedDemo } from "../../../local/demo.ts";
import { type LocalServer, listen, readBody, sendJson } from "../../../local/http-server.ts";

let api: LocalServer;
let stored: Map<string, unknown>;
let authorizations: Set<string | undefined>;
let refusedPath: string | undefined;

beforeAll(async () => {
  api = await listen();
  api.serve(async (request, response) => {
    const path = `${request.method} ${request.url}`;
    authorizations.add(request.headers.authorization);
    stored.set(path, JSON.parse((await readBody(request, 1_000_000)).toString()));
    if (path === refusedPath) sendJson(response, 422, { detail: "not like that" });
    else sendJson(response, 200, {});
  });
});
afterAll(() => api.stop());
beforeEach(() => {
  stored = new Map();
  authorizations = new Set();
  refusedPath = undefined;
});

const seed = () => seedDemo({ apiUrl: api.url, token: "t0ken", inbox: { smtpHost: "127.0.0.1", smtpPort: 2525 } });

describe("the demo", () => {
  test("sets up a tenant, its mail server, a group and rules through the admin API", async () => {
    await seed();

    expect([...stored.keys()]).toEqual([
      "PUT /v1/scopes/system/mail-settings",
      "PUT /v1/scopes/acme",
      "PUT /v1/scopes/acme.eng",
      "PUT /v1/scopes/acme/mail-settings",
      "PUT /v1/scopes/acme/groups/oncall",
      "PUT /v1/scopes/acme/rules/failures",
      "PUT /v1/scopes/acme/rules/progress",
    ]);
    expect(stored.get("PUT /v1/scopes/acme/mail-settings")).toMatchObject({
      provider: { kind: "smtp", host: "127.0.0.1", port: 2525, security: "none", auth: { type: "none" } },
    });
    expect([...authorizations]).toEqual(["Bearer t0ken"]);
  });

  test("stops at the first refusal and says which and why", async () => {
    refusedPath = "PUT /v1/scopes/acme.eng";

    await expect(seed()).rejects.toThrow('PUT /v1/scopes/acme.eng answered 422 {"detail":"not like that"}');
    expect([...stored.keys()].at(-1)).toBe(refusedPath);
  });
});
