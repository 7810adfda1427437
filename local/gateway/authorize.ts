import type { IncomingHttpHeaders } from "node:http";
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import * as z from "zod/mini";
import type { JwtAuthorizer } from "../template/api.ts";

/** Whether a request may pass, and if so what its token says; every claim as API Gateway passes it on: a text. */
export type Authorization =
  | { readonly ok: true; readonly claims: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly wwwAuthenticate: string };

/** Checks the tokens of requests. */
export type Authorize = (authorizer: JwtAuthorizer, headers: IncomingHttpHeaders) => Promise<Authorization>;

const discoverySchema = z.object({ jwks_uri: z.string() });

/**
 * Makes the check that an HTTP API's JWT authorizer does: an RSA signature by a key the issuer publishes, `iss`, `exp`,
 * `nbf`, and `aud` or else `client_id`. Keys are fetched at the first token and when an unknown key appears.
 * Source: API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers".
 */
export const createAuthorize = (): Authorize => {
  const keySets = new Map<string, Promise<JWTVerifyGetKey>>();
  const keysOf = (issuer: string): Promise<JWTVerifyGetKey> => {
    const keys = keySets.get(issuer) ?? discoverKeys(issuer);
    keySets.set(issuer, keys);
    // A failed discovery is tried again with the next token.
    keys.catch(() => keySets.delete(issuer));
    return keys;
  };

  return async ({ header, issuer, audience }, headers) => {
    const token = tokenIn(headers[header]);
    if (token === undefined) return { ok: false, wwwAuthenticate: "Bearer" };
    try {
      const options = { issuer, algorithms: ["RS256", "RS384", "RS512"], requiredClaims: ["exp"] };
      const { payload } = await jwtVerify(token, await keysOf(issuer), options);
      if (!isFor(audience, payload)) return refused("the token does not have a valid audience");
      return {
        ok: true,
        claims: Object.fromEntries(Object.entries(payload).map(([name, claim]) => [name, asText(claim)])),
      };
    } catch {
      return refused("the token is not valid");
    }
  };
};

const discoverKeys = async (issuer: string): Promise<JWTVerifyGetKey> => {
  const response = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const { jwks_uri } = discoverySchema.parse(await response.json());
  return createRemoteJWKSet(new URL(jwks_uri));
};

/** The header may hold the bare token or, as usual, the token after `Bearer`. */
const tokenIn = (header: string | string[] | undefined): string | undefined => {
  const [, token] = /^(?:bearer\s+)?(\S+)$/i.exec(String(header ?? "").trim()) ?? [];
  return token;
};

/** `client_id` counts only for tokens without `aud`, as Cognito's access tokens are. */
const isFor = (audience: readonly string[], { aud, client_id }: JWTPayload): boolean =>
  [aud ?? client_id].flat().some((value) => typeof value === "string" && audience.includes(value));

const refused = (description: string): Authorization => ({
  ok: false,
  wwwAuthenticate: `Bearer scope="" error="invalid_token" error_description="${description}"`,
});

/** HTTP APIs write a list as `[a b]`. */
const asText = (claim: unknown): string => {
  if (Array.isArray(claim)) return `[${claim.map(asText).join(" ")}]`;
  return typeof claim === "object" ? JSON.stringify(claim) : String(claim);
};
