import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAuthorize } from "../../../local/gateway/authorize.ts";
import { httpApiListener } from "../../../local/gateway/http-api.ts";
import { type LocalServer, listen } from "../../../local/http-server.ts";
import type { ApiRoute, JwtAuthorizer } from "../../../local/template/api.ts";
import type { InvocationResult } from "../../../local/workers/invocation.ts";

const ARN = "arn:aws:lambda:us-east-1:000000000000:function:admin";
const AUDIENCE = "tidings-test";
const HOUR_SECONDS = 3600;

// biome-ignore lint/suspicious/noExplicitAny: events are looked at freely here
let events: any[] = [];
let result: InvocationResult;
let issuer: LocalServer;
let api: LocalServer;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;

const routeOf = (routeKey: string, authorizer?: JwtAuthorizer): ApiRoute => {
  const [method = "", path = ""] = routeKey.split(" ");
  return { routeKey, method, segments: path.split("/").slice(1), functionArn: ARN, authorizer };
};

beforeAll(async () => {
  keys = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  issuer = await listen();
  issuer.serve(({ url }, response) => {
    const document = url === "/jwks" ? { keys: [jwk] } : { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` };
    response.end(JSON.stringify(document));
  });
  const authorizer = { header: "authorization", issuer: issuer.url, audience: [AUDIENCE] };
  api = await listen();
  api.serve(
    httpApiListener({
      api: {
        id: "api1",
        cors: {
          AllowOrigins: ["https://console.example"],
          AllowMethods: ["GET", "PUT"],
          AllowHeaders: ["authorization"],
          MaxAge: 600,
        },
        routes: [
          routeOf("GET /v1/health"),
          routeOf("POST /v1/scopes/{scope}"),
          routeOf("GET /v1/scopes/{scope}/groups/{id}"),
          routeOf("GET /v1/scopes/{scope}/groups/all"),
          routeOf("GET /v1/scopes", authorizer),
        ],
      },
      functions: [
        {
          fn: {
            label: "admin",
            name: "admin",
            arn: ARN,
            codeFolder: "",
            handler: "",
            timeoutSeconds: 1,
            memoryMb: 128,
            environment: {},
            reservedConcurrency: undefined,
          },
          invoke: async (event) => {
            events.push(event);
            return result;
          },
        },
      ],
      authorize: createAuthorize(),
    }),
  );
});

afterAll(async () => {
  await api.stop();
  await issuer.stop();
});

beforeEach(() => {
  events = [];
  result = { ok: true, payload: '{"statusCode":200,"body":"ok"}' };
});

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

const tokenOf = (claims: Record<string, unknown> = {}, key = keys.privateKey): Promise<string> =>
  new SignJWT({ iss: issuer.url, client_id: AUDIENCE, sub: "u1", exp: nowSeconds() + HOUR_SECONDS, ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "k1" })
    .sign(key);

const getScopes = (authorization?: string) =>
  fetch(`${api.url}/v1/scopes`, authorization === undefined ? {} : { headers: { authorization } });

describe("routing", () => {
  test("answers 404 as API Gateway does", async () => {
    const response = await fetch(`${api.url}/v1/nothing`);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: "Not Found" });
    expect(response.headers.get("apigw-requestid")).toBeTruthy();
  });

  test.each(["/v1/health/", "/v1/scopes//groups/x", "/v2/health", "/v1/scopes/acme/groups/a/b"])(
    "has no route for %s",
    async (path) => {
      expect((await fetch(api.url + path)).status).toBe(404);
    },
  );

  test("decodes path parameters, slashes too", async () => {
    await fetch(`${api.url}/v1/scopes/acme.eng/groups/a%2Fb%20c`);

    expect(events[0]).toMatchObject({
      routeKey: "GET /v1/scopes/{scope}/groups/{id}",
      pathParameters: { scope: "acme.eng", id: "a/b c" },
    });
  });

  test("prefers a literal segment to a parameter", async () => {
    await fetch(`${api.url}/v1/scopes/acme/groups/all`);

    expect(events[0].routeKey).toBe("GET /v1/scopes/{scope}/groups/all");
  });

  test("refuses a path that is not valid percent-encoding", async () => {
    expect((await fetch(`${api.url}/v1/scopes/acme/groups/%ff`)).status).toBe(400);
  });
});

describe("the event", () => {
  test("has payload format 2.0", async () => {
    await fetch(`${api.url}/v1/scopes/acme?tag=a&tag=b%20c&empty=`, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        cookie: "a=1; b=2",
        "X-Twice": "1",
        "user-agent": "t",
      },
      body: '{"name":"Käse"}',
    });

    expect(events[0]).toMatchObject({
      version: "2.0",
      routeKey: "POST /v1/scopes/{scope}",
      rawPath: "/v1/scopes/acme",
      rawQueryString: "tag=a&tag=b%20c&empty=",
      cookies: ["a=1", "b=2"],
      headers: { "x-twice": "1", "content-type": "application/json; charset=utf-8" },
      queryStringParameters: { tag: "a,b c", empty: "" },
      body: '{"name":"Käse"}',
      isBase64Encoded: false,
      requestContext: {
        accountId: "000000000000",
        apiId: "api1",
        http: { method: "POST", path: "/v1/scopes/acme", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "t" },
        routeKey: "POST /v1/scopes/{scope}",
        stage: "$default",
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
    });
    expect(events[0].requestContext).not.toHaveProperty("authorizer");
    expect(events[0].headers).not.toHaveProperty("cookie");
  });

  test("carries a body that is no text as base64", async () => {
    const body = new Uint8Array([0, 255, 1]);

    await fetch(`${api.url}/v1/scopes/acme`, { method: "POST", headers: { "content-type": "application/zip" }, body });

    expect(events[0]).toMatchObject({ body: "AP8B", isBase64Encoded: true });
  });

  test("has no body and no query when the request has none", async () => {
    await fetch(`${api.url}/v1/health`);

    expect(events[0]).toMatchObject({ rawQueryString: "", isBase64Encoded: false });
    expect(events[0]).not.toHaveProperty("body");
    expect(events[0]).not.toHaveProperty("queryStringParameters");
  });

  test("is never made of a body that is too large", async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1, "x");

    const response = await fetch(`${api.url}/v1/scopes/acme`, { method: "POST", body });

    expect(response.status).toBe(413);
    expect(events).toEqual([]);
  });
});

describe("the authorizer", () => {
  test.each([
    { title: "after Bearer", write: (token: string) => `Bearer ${token}` },
    { title: "after a lower-case bearer", write: (token: string) => `bearer ${token}` },
    { title: "alone", write: (token: string) => token },
  ])("takes a token $title", async ({ write }) => {
    const response = await getScopes(write(await tokenOf()));

    expect(response.status).toBe(200);
  });

  test("passes claims on as texts", async () => {
    await getScopes(
      await tokenOf({ "cognito:groups": ["acme:admin", "acme.eng:viewer"], flag: true, exp: 4_000_000_000 }),
    );

    expect(events[0].requestContext.authorizer.jwt).toEqual({
      claims: {
        iss: issuer.url,
        client_id: AUDIENCE,
        sub: "u1",
        exp: "4000000000",
        flag: "true",
        "cognito:groups": "[acme:admin acme.eng:viewer]",
      },
      scopes: null,
    });
  });

  test("takes the audience from aud when there is one", async () => {
    const fitting = await getScopes(await tokenOf({ aud: ["other", AUDIENCE], client_id: "other" }));
    const foreign = await getScopes(await tokenOf({ aud: "other" }));

    expect([fitting.status, foreign.status]).toEqual([200, 401]);
  });

  test.each([
    { title: "no token", token: async () => undefined },
    { title: "an empty token", token: async () => "Bearer " },
    { title: "no JWT", token: async () => "Bearer abc" },
    { title: "an expired token", token: () => tokenOf({ exp: nowSeconds() - 10 }) },
    { title: "a token that never expires", token: () => tokenOf({ exp: undefined }) },
    { title: "a token that is not valid yet", token: () => tokenOf({ nbf: nowSeconds() + HOUR_SECONDS }) },
    { title: "a token of another issuer", token: () => tokenOf({ iss: "http://127.0.0.1:1" }) },
    { title: "a token for another client", token: () => tokenOf({ client_id: "other" }) },
    {
      title: "a token signed by another key",
      token: async () => tokenOf({}, (await generateKeyPair("RS256")).privateKey),
    },
    {
      title: "an unsigned token",
      token: async () => {
        const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
        return `${part({ alg: "none" })}.${part({ iss: issuer.url, client_id: AUDIENCE, exp: 4_000_000_000 })}.`;
      },
    },
    {
      title: "a token signed with the public key as a shared secret",
      token: async () =>
        new SignJWT({ iss: issuer.url, client_id: AUDIENCE, exp: 4_000_000_000 })
          .setProtectedHeader({ alg: "HS256", kid: "k1" })
          .sign(Buffer.from(JSON.stringify(await exportJWK(keys.publicKey)))),
    },
  ])("refuses $title", async ({ token }) => {
    const response = await getScopes(await token());

    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: "Unauthorized" });
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(events).toEqual([]);
  });

  test("lets everybody through to a public route", async () => {
    expect((await fetch(`${api.url}/v1/health`)).status).toBe(200);
  });
});

describe("the response", () => {
  const answerTo = async (value: unknown) => {
    result = { ok: true, payload: JSON.stringify(value) };
    return fetch(`${api.url}/v1/health`);
  };

  test("is what the function describes", async () => {
    const response = await answerTo({
      statusCode: 201,
      headers: { "Content-Type": "application/problem+json", ETag: '"1"' },
      cookies: ["a=1", "b=2"],
      body: Buffer.from("{}").toString("base64"),
      isBase64Encoded: true,
    });

    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("etag")).toBe('"1"');
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("{}");
  });

  test("is a 200 with JSON when the function answers without a status code", async () => {
    const response = await answerTo({ items: [] });

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ items: [] });
  });

  test.each([
    { title: "fails", outcome: { ok: false, error: { errorType: "E", errorMessage: "secret" } } },
    { title: "answers a status that is none", outcome: { ok: true, payload: '{"statusCode":"abc"}' } },
    { title: "answers a body that is no text", outcome: { ok: true, payload: '{"statusCode":200,"body":{}}' } },
  ] satisfies { title: string; outcome: InvocationResult }[])(
    "is a bare 500 when the function $title",
    async ({ outcome }) => {
      result = outcome;

      const response = await fetch(`${api.url}/v1/health`);

      expect(response.status).toBe(500);
      expect(await response.text()).toBe('{"message":"Internal Server Error"}');
    },
  );
});

describe("CORS", () => {
  const preflight = (origin: string) =>
    fetch(`${api.url}/v1/scopes`, { method: "OPTIONS", headers: { origin, "access-control-request-method": "GET" } });

  test("answers the preflight of an allowed origin without asking a function", async () => {
    const response = await preflight("https://console.example");

    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "https://console.example",
      "access-control-allow-methods": "GET,PUT",
      "access-control-allow-headers": "authorization",
      "access-control-max-age": "600",
    });
    expect(events).toEqual([]);
  });

  test("allows another origin nothing", async () => {
    const response = await preflight("https://evil.example");

    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(response.headers.get("access-control-allow-methods")).toBeNull();
  });

  test("marks answers for an allowed origin, failures too", async () => {
    const headers = { origin: "https://console.example" };

    const responses = await Promise.all(["/v1/health", "/v1/scopes"].map((path) => fetch(api.url + path, { headers })));

    expect(responses.map(({ status }) => status)).toEqual([200, 401]);
    for (const response of responses) {
      expect(response.headers.get("access-control-allow-origin")).toBe("https://console.example");
    }
  });
});
