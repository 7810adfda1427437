import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Issuer, startIssuer } from "../../../local/issuer.ts";
import { temporaryFolder } from "./stack-descriptions.ts";

let issuer: Issuer;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

/** Verifies a token as API Gateway does: with nothing but the issuer's URL to start from. */
const verify = async (token: string) => {
  const discovery = await fetch(`${issuer.issuer}/.well-known/openid-configuration`);
  const document = (await discovery.json()) as { issuer: string; jwks_uri: string };
  return jwtVerify(token, createRemoteJWKSet(new URL(document.jwks_uri)), { issuer: document.issuer });
};

const askForToken = (body: string): Promise<Response> =>
  fetch(issuer.tokenUrl, { method: "POST", headers: { "content-type": "application/json" }, body });

describe("the issuer", () => {
  test("signs access tokens that verify against its published keys", async () => {
    const { payload, protectedHeader } = await verify(await issuer.sign(["acme:admin", "beta.eng:viewer"]));

    expect(protectedHeader.alg).toBe("RS256");
    expect(payload).toMatchObject({
      token_use: "access",
      client_id: issuer.audience,
      "cognito:groups": ["acme:admin", "beta.eng:viewer"],
      scope: "openid",
      sub: expect.any(String),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(12 * 60 * 60);
  });

  test("hands out a token for the groups that are asked for", async () => {
    const answer = (await (await askForToken('{"groups":["acme:editor"]}')).json()) as { access_token: string };

    expect((await verify(answer.access_token)).payload["cognito:groups"]).toEqual(["acme:editor"]);
  });

  test.each(["", "{", "[]", '{"groups":"acme:admin"}', '{"groups":[1]}', `{"groups":["${"x".repeat(70_000)}"]}`])(
    "refuses a request that is not a list of groups (%#)",
    async (body) => {
      const answer = await askForToken(body);

      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: "invalid_request" });
    },
  );

  test("publishes no private part of its key", async () => {
    const keys = await (await fetch(`${issuer.issuer}/.well-known/jwks.json`)).json();

    expect(keys).toEqual({
      keys: [{ kty: "RSA", kid: expect.any(String), n: expect.any(String), e: "AQAB", alg: "RS256", use: "sig" }],
    });
  });

  test("keeps its key in the key file, which only the owner can read", async () => {
    const keyFile = join(await temporaryFolder(), "issuer-key.json");
    const before = await startIssuer({ keyFile });
    const earlier = decodeProtectedHeader(await before.sign([])).kid;
    await before.stop();

    const after = await startIssuer({ keyFile });
    const later = decodeProtectedHeader(await after.sign([])).kid;
    await after.stop();

    expect(later).toBe(earlier);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  test("does not start with a damaged key file, and neither shows nor replaces it", async () => {
    const keyFile = join(await temporaryFolder(), "issuer-key.json");
    await writeFile(keyFile, '{"kty":"RSA","d":"secret-part"}');

    await expect(startIssuer({ keyFile })).rejects.toThrow(
      `${keyFile} does not hold a signing key. Delete it to have a new one made.`,
    );

    expect(await readFile(keyFile, "utf8")).toContain("secret-part");
  });
});
