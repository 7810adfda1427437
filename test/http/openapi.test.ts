import { describe, expect, test } from "vitest";
import { REQUEST_BODIES } from "../../shared/contracts/bodies.ts";
import { ROUTES } from "../../shared/contracts/routes.ts";
import { startApi } from "../fakes/api.ts";

const readDocument = async () => (await startApi().call("getOpenApi")).body;

describe("OpenAPI document", () => {
  test("has every route with its operation, and no other", async () => {
    const document = await readDocument();

    const described = Object.entries<Record<string, { operationId: string }>>(document.paths).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
    );
    const expected = ROUTES.map(({ method, path, operation }) => `${method} ${path} ${operation}`);
    expect(described.toSorted()).toEqual(expected.toSorted());
  });

  test("describes the body of every PUT", () => {
    const undescribed = ROUTES.filter(
      ({ method, operation }) => method === "PUT" && REQUEST_BODIES[operation] === undefined,
    );

    expect(undescribed).toEqual([]);
  });

  test("carries the choices, defaults and limits a form needs", async () => {
    const document = await readDocument();

    const { schema } = document.paths["/v1/scopes/{scope}/mail-settings"].put.requestBody.content["application/json"];
    const [smtp, sendgrid] = schema.properties.provider.oneOf;
    expect(smtp.properties).toMatchObject({
      security: { enum: ["implicit", "starttls", "opportunistic", "none"] },
      port: { anyOf: [{ type: "integer", default: 465, minimum: 1, maximum: 65_535 }, { type: "string" }] },
      timeoutMs: { default: 10_000, minimum: 1_000, maximum: 20_000 },
      preset: { default: "custom", enum: expect.arrayContaining(["gmail", "office365"]) },
      maxPerMinute: { default: null, anyOf: [{ minimum: 1, maximum: 100_000 }, { type: "null" }] },
      useSSL: { type: "boolean" },
      protocol: { enum: ["smtp", "smtps", "SMTP", "SMTPS"] },
      auth: { default: { type: "none" } },
      proxy: { default: null },
    });
    const oauth2 = smtp.properties.auth.oneOf[2];
    expect(oauth2.properties).toMatchObject({
      issuer: { enum: ["google", "microsoft"] },
      grant: { enum: ["authorization_code", "client_credentials", "service_account"], default: "authorization_code" },
      clientId: { minLength: 1, maxLength: 255 },
    });
    expect(schema.properties).toMatchObject({
      fallback: { type: "array", maxItems: 3, default: [] },
      onAmbiguous: { enum: ["retry", "hold"], default: "retry" },
      replyTo: { default: null },
      version: { readOnly: true },
    });
    expect(sendgrid.properties.region).toMatchObject({ enum: ["global", "eu"], default: "global" });
    expect(schema.required).toEqual(["from", "provider"]);
  });

  test("says which operations answer a person, with a page whatever comes of it", async () => {
    const { paths } = await readDocument();

    const { get, post } = paths["/v1/unsubscribe/{token}"];
    for (const { responses, security, parameters } of [get, post]) {
      expect(Object.keys(responses)).toEqual(["200", "404", "503"]);
      expect(Object.values(responses).every((response) => "text/html" in Object(response).content)).toBe(true);
      expect(security).toEqual([]);
      expect(parameters).toMatchObject([{ name: "token", in: "path", required: true }]);
    }
    expect(Object.keys(paths["/v1/oauth/callback"].get.responses)).toEqual(["200", "400", "502"]);
  });

  test("offers If-Match wherever something has a version, and tells when an issuer may be out of reach", async () => {
    const document = await readDocument();

    const settings = document.paths["/v1/scopes/{scope}/mail-settings"];
    const credentials = document.paths["/v1/scopes/{scope}/mail-settings/credentials"];
    for (const { parameters } of [settings.put, settings.delete, credentials.put, credentials.delete]) {
      expect(parameters).toContainEqual(expect.objectContaining({ name: "if-match", in: "header" }));
    }
    const authorize = document.paths["/v1/scopes/{scope}/mail-settings/oauth/authorize"].post;
    expect(authorize.responses).toHaveProperty("502");
    expect(credentials.put.responses).not.toHaveProperty("502");
  });

  test("tells of changes made meanwhile only where If-Match can ask about them", async () => {
    const { paths } = await readDocument();

    expect(paths["/v1/scopes/{scope}/rules/{id}"].put.responses).toHaveProperty("412");
    expect(paths["/v1/scopes/{scope}/rules/{id}"].delete.responses).toHaveProperty("412");
    expect(paths["/v1/scopes/{scope}/deliveries/{id}/retry"].post.responses).not.toHaveProperty("412");
    expect(paths["/v1/scopes/{scope}/mail-settings/oauth"].delete.responses).not.toHaveProperty("412");
  });

  test("tells of what is only taken on, and of bodies that are too big wherever there is a body", async () => {
    const { paths } = await readDocument();

    for (const path of ["events", "messages", "rules/{id}/test", "groups/{id}/test"]) {
      const { responses } = paths[`/v1/scopes/{scope}/${path}`].post;
      expect(Object.keys(responses)).toContain("202");
      expect(Object.keys(responses)).not.toContain("200");
    }
    expect(paths["/v1/scopes/{scope}/events"].post.responses).toHaveProperty("413");
    expect(paths["/v1/scopes/{scope}/rules/{id}/test"].post).not.toHaveProperty("requestBody");
  });

  test("describes events as the bus takes them, but for the scope", async () => {
    const { paths } = await readDocument();

    const { schema } = paths["/v1/scopes/{scope}/events"].post.requestBody.content["application/json"];
    expect(schema.required).toEqual(["type"]);
    expect(schema.properties.severity).toMatchObject({ enum: ["info", "success", "warning", "error"] });
    for (const path of ["explain", "templates/preview"]) {
      const trying = paths[`/v1/scopes/{scope}/${path}`].post.requestBody.content["application/json"].schema;
      expect(trying.properties.event.required).toEqual(["type"]);
    }
  });

  test("marks secrets as such", async () => {
    const document = await readDocument();

    const { schema } =
      document.paths["/v1/scopes/{scope}/mail-settings/credentials"].put.requestBody.content["application/json"];
    expect(schema.properties).toMatchObject({
      password: { format: "password", writeOnly: true, maxLength: 4096 },
      apiKey: { format: "password", writeOnly: true, maxLength: 4096 },
      proxyPassword: { format: "password", writeOnly: true, maxLength: 4096 },
      clientSecret: { format: "password", writeOnly: true, maxLength: 2048 },
      serviceAccountKey: { format: "password", writeOnly: true, maxLength: 16_384 },
    });
  });

  test("asks for a token wherever one is needed", async () => {
    const document = await readDocument();

    const security = ROUTES.map(({ path, method, access }) => ({
      access,
      tokens: document.paths[path][method.toLowerCase()].security.length,
    }));
    expect(security.every(({ access, tokens }) => tokens === (access === "public" ? 0 : 1))).toBe(true);
  });

  test("names every path parameter, and refers to nothing that is not there", async () => {
    const document = await readDocument();

    for (const { path, method } of ROUTES) {
      const named = document.paths[path][method.toLowerCase()].parameters
        .filter((parameter: { in: string }) => parameter.in === "path")
        .map((parameter: { name: string }) => `{${parameter.name}}`);
      expect(named).toEqual(path.match(/\{\w+\}/g) ?? []);
    }
    const references = JSON.stringify(document).match(/"#\/[^"]+"/g) ?? [];
    for (const reference of new Set(references)) {
      const found = JSON.parse(reference)
        .slice(2)
        .split("/")
        .reduce((node: Record<string, unknown>, key: string) => node?.[key], document);
      expect(found).toBeDefined();
    }
  });

  test("describes an address in a path, which has no version and may not be there", async () => {
    const { paths } = await readDocument();

    const list = paths["/v1/scopes/{scope}/suppressions"];
    const { parameters, responses } = paths["/v1/scopes/{scope}/suppressions/{address}"].delete;
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual(["scope", "address"]);
    expect(parameters[1]).toMatchObject({ in: "path", required: true, schema: { format: "email" } });
    expect(responses).toMatchObject({ 204: { description: "Taken off." }, 404: expect.anything() });
    expect(responses).not.toHaveProperty("412");
    expect(Object.keys(list.post.responses)).toEqual(expect.arrayContaining(["200", "201"]));
    expect(list.post.requestBody.content["application/json"].schema).toMatchObject({
      required: ["address"],
      properties: { address: { format: "email" }, reason: { maxLength: 300 } },
    });
  });
});
