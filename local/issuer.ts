import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { importJWK, SignJWT } from "jose";
import * as z from "zod/mini";
import { parseJson } from "../shared/contracts/json.ts";
import { listen, readBody, sendJson } from "./http-server.ts";
import { ALGORITHM, signingKey } from "./issuer-key.ts";

const AUDIENCE = "tidings-local";
const TOKEN_LIFETIME = "12h";

/** Most bytes of a request for a token. */
const MAX_REQUEST_BYTES = 64 * 1024;

const requestSchema = z.object({ groups: z.array(z.string()) });

/** A running issuer of access tokens. */
export interface Issuer {
  /** Issuer URL: what tokens name as `iss`, and below which discovery is found. */
  readonly issuer: string;
  /** The `client_id` of its tokens. */
  readonly audience: string;
  /** `POST { "groups": ["acme:admin"] }` here answers `{ "access_token" }`. */
  readonly tokenUrl: string;
  /** An access token like Cognito's, valid for 12 hours, holding these groups. */
  sign(groups: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** How an issuer differs from the default. */
export interface IssuerOptions {
  readonly keyFile?: string | undefined;
  readonly groupsClaim?: string | undefined;
}

/**
 * Stands in for the Cognito user pool: an OpenID Connect issuer on 127.0.0.1 with discovery and a key set, that hands a
 * token to whoever asks. It is only ever as safe as the machine it runs on.
 * @param options `keyFile` keeps the signing key from one start to the next; `groupsClaim` names the claim that holds
 * the groups, Cognito's by default.
 * @throws Error when the key file is there but holds no signing key.
 */
export const startIssuer = async (options: IssuerOptions = {}): Promise<Issuer> => {
  const { groupsClaim = "cognito:groups" } = options;
  const { kty, kid, n, e, ...secret } = await signingKey(options.keyFile);
  const key = await importJWK({ kty, kid, n, e, ...secret }, ALGORITHM);
  const server = await listen();
  const issuer = server.url;
  const tokenUrl = `${issuer}/token`;

  const sign = (groups: readonly string[]) =>
    new SignJWT({ token_use: "access", client_id: AUDIENCE, scope: "openid", [groupsClaim]: groups })
      .setProtectedHeader({ alg: ALGORITHM, kid })
      .setIssuer(issuer)
      .setSubject(randomUUID())
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(TOKEN_LIFETIME)
      .sign(key);

  const documents = new Map<string, object>([
    [
      "GET /.well-known/openid-configuration",
      {
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        token_endpoint: tokenUrl,
        response_types_supported: ["token"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: [ALGORITHM],
      },
    ],
    ["GET /.well-known/jwks.json", { keys: [{ kty, kid, n, e, alg: ALGORITHM, use: "sig" }] }],
  ]);
  server.serve((request, response) => {
    const route = `${request.method} ${request.url}`;
    if (route === "POST /token") {
      answerToken(request, response, sign).catch(() => response.destroy());
      return;
    }
    const document = documents.get(route);
    sendJson(response, document === undefined ? 404 : 200, document ?? { error: "not_found" });
  });
  return { issuer, audience: AUDIENCE, tokenUrl, sign, stop: server.stop };
};

const answerToken = async (request: IncomingMessage, response: ServerResponse, sign: Issuer["sign"]): Promise<void> => {
  const body = await readBody(request, MAX_REQUEST_BYTES);
  const asked = requestSchema.safeParse(body === "too-large" ? undefined : parseJson(body.toString("utf8")));
  if (asked.success) {
    sendJson(response, 200, { access_token: await sign(asked.data.groups), token_type: "Bearer" });
  } else {
    sendJson(response, 400, { error: "invalid_request", error_description: 'send {"groups": ["acme:admin"]} as JSON' });
  }
};
