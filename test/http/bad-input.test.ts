import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ROUTES } from "../../shared/contracts/routes.ts";
import { type Answered, requestFor, startApi } from "../fakes/api.ts";
import { GOOD_BODIES } from "../fakes/bodies.ts";
import { naughtyJson, naughtyText } from "../fakes/naughty.ts";
import { idFor, startWorld } from "../fakes/world.ts";

const ADMIN = "[acme:admin]";

/** Whatever was sent, the answer is a result, or a problem that says what to mend. */
const expectHonestAnswer = ({ status, headers, body, text }: Answered): void => {
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  expect(text).not.toMatch(/\.ts:\d|node_modules|\bat \w+ \(|c4n4ry/);
  if (status < 400) return;
  // What a browser shows to a person is a page.
  if (headers["content-type"] === "text/html; charset=utf-8") return;
  expect(headers["content-type"]).toBe("application/problem+json");
  expect(body).toMatchObject({ type: "about:blank", status, code: expect.any(String), detail: expect.any(String) });
  expect(Object.keys(body)).toEqual(["type", "title", "status", "detail", "code", "errors", "requestId"]);
  if (status === 422) expect(body.errors.length).toBeGreaterThan(0);
  for (const error of body.errors) expect(error).toEqual({ path: expect.any(String), message: expect.any(String) });
};

const WRITING = ROUTES.filter(({ operation }) => GOOD_BODIES[operation] !== undefined);

/** Log lines that call for somebody; that a request had no proof of who made it does not. */
const troubles = ({ log }: Awaited<ReturnType<typeof startWorld>>) =>
  log.lines.filter(({ level, event }) => level !== "info" && event !== "feedback.refused");

/** A good body with one value somewhere in it replaced. */
const spoiled = (good: object): fc.Arbitrary<unknown> => {
  const paths = pathsOf(good);
  return fc.tuple(fc.constantFrom(...paths), naughtyJson).map(([path, value]) => replaceAt(good, path, value));
};

const pathsOf = (value: unknown): string[][] =>
  typeof value === "object" && value !== null
    ? [[], ...Object.entries(value).flatMap(([key, member]) => pathsOf(member).map((path) => [key, ...path]))]
    : [[]];

const replaceAt = (value: unknown, [key, ...rest]: string[], replacement: unknown): unknown => {
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((one, index) => (String(index) === key ? replaceAt(one, rest, replacement) : one));
  const members: Record<string, unknown> = { ...(value as object) };
  return { ...members, [key]: replaceAt(members[key], rest, replacement) };
};

describe("bad input", () => {
  test.each(ROUTES)(
    "in the path, the query or the headers of $operation is answered, not stumbled over",
    async ({ operation }) => {
      const api = await startWorld();

      await fc.assert(
        fc.asyncProperty(naughtyText, naughtyText, naughtyText, fc.boolean(), async (one, two, three, inScope) => {
          const request = {
            scope: inScope ? "acme.eng" : one,
            id: two,
            groups: ADMIN,
            body: GOOD_BODIES[operation],
            query: { limit: one, cursor: two, effective: three },
            headers: { "if-match": three },
          };
          expectHonestAnswer(await api.call(operation, request));
        }),
        { numRuns: 150 },
      );

      expect(troubles(api)).toEqual([]);
    },
  );

  test.each(ROUTES)("in the token of $operation gives nobody a role", async ({ operation }) => {
    const api = await startWorld();

    await fc.assert(
      fc.asyncProperty(naughtyJson, naughtyJson, async (groups, sub) => {
        const claims = { sub, "cognito:groups": groups };
        const request = { scope: "acme.eng", id: idFor(operation, "acme.eng"), claims, body: GOOD_BODIES[operation] };
        const answered = await api.call(operation, request);

        expectHonestAnswer(answered);
        if (operation.startsWith("put") || operation.startsWith("delete")) expect(answered.status).toBe(404);
      }),
    );
  });

  test.each(WRITING)("as the body of $operation is answered, not stumbled over", async ({ operation }) => {
    const api = await startWorld();
    const body = fc.oneof(naughtyJson, spoiled(GOOD_BODIES[operation] ?? {}));

    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const request = { scope: "acme.eng", id: "oncall", groups: ADMIN, rawBody: JSON.stringify(value) ?? "" };
        expectHonestAnswer(await api.call(operation, request));
      }),
      { numRuns: 300 },
    );

    expect(troubles(api)).toEqual([]);
  });

  test.each(
    WRITING.flatMap(({ operation }) => [
      { operation, title: "nothing", rawBody: "", status: 400 },
      { operation, title: "no JSON", rawBody: '{"password":c4n4ry}', status: 400 },
      { operation, title: "half of it", rawBody: '{"password":"c4n4ry', status: 400 },
      { operation, title: "null", rawBody: "null", status: 422 },
      { operation, title: "a list", rawBody: '["c4n4ry"]', status: 422 },
      { operation, title: "a text", rawBody: '"c4n4ry"', status: 422 },
      { operation, title: "too much", rawBody: `{"password":"${"c4n4ry".repeat(50_000)}"}`, status: 413 },
      { operation, title: "21 levels", rawBody: `${'{"a":'.repeat(21)}1${"}".repeat(21)}`, status: 400 },
      {
        operation,
        title: "a hundred thousand levels",
        rawBody: "[".repeat(100_000) + "]".repeat(100_000),
        status: 400,
      },
      { operation, title: "a prototype", rawBody: '{"__proto__":{"admin":true}}', status: 400 },
      { operation, title: "a constructor", rawBody: '{"a":{"constructor":{}}}', status: 400 },
      {
        operation,
        title: "a secret in the wrong place",
        rawBody: '{"passwort":"c4n4ry","mode":"c4n4ry"}',
        status: 422,
      },
    ]),
  )("$title as the body of $operation is $status", async ({ operation, rawBody, status }) => {
    const api = await startWorld();

    const answered = await api.call(operation, { scope: "acme.eng", id: "oncall", groups: ADMIN, rawBody });

    expectHonestAnswer(answered);
    expect(answered.status).toBe(status);
  });

  test("in the wrong encoding is 400", async () => {
    const api = await startWorld();
    const request = requestFor("putGroup", { scope: "acme", id: "x", groups: ADMIN });

    const latin1 = Buffer.from('{"name":"Équipe"}', "latin1").toString("base64");
    const utf8 = Buffer.from('{"name":"Équipe"}', "utf8").toString("base64");
    const wrong = await api.send("putGroup", { ...request, body: latin1, isBase64Encoded: true });
    const right = await api.send("putGroup", { ...request, body: utf8, isBase64Encoded: true });

    expect([wrong.status, right.status, right.body.name]).toEqual([400, 201, "Équipe"]);
  });

  test("on a route that does not exist is 404", async () => {
    const api = await startWorld();

    const answered = await api.send("getHealth", { ...requestFor("getHealth"), routeKey: "$default" });

    expectHonestAnswer(answered);
    expect(answered.status).toBe(404);
  });
});

describe("a failure of ours", () => {
  test("is a bare 500, and is logged once with its cause", async () => {
    const { config } = await startWorld();
    const failure = new Error("table c4n4ry is on fire");
    const api = startApi({ config: { ...config, groups: { ...config.groups, get: () => Promise.reject(failure) } } });

    const answered = await api.call("getGroup", { scope: "acme", id: "oncall", groups: ADMIN });

    expect(answered).toMatchObject({
      status: 500,
      body: { code: "internal-error", requestId: "request-1", errors: [] },
    });
    expect(answered.text).not.toContain("c4n4ry");
    expect(api.log.lines).toEqual([
      {
        level: "error",
        event: "request.failed",
        fields: { routeKey: "GET /v1/scopes/{scope}/groups/{id}", requestId: "request-1" },
        error: failure,
      },
    ]);
  });
});
