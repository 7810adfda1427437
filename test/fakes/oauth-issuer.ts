import { randomUUID } from "node:crypto";
import { Events, type MutableResponse, OAuth2Server, type TokenRequestIncomingMessage } from "oauth2-mock-server";

/** A request to the token endpoint, as the server read it. */
export type TokenForm = Readonly<Record<string, unknown>>;

/** An OAuth 2.0 server that we did not write, kept strict about refresh tokens: each is good once. */
export interface OAuthIssuer {
  readonly url: string;
  /** What came to the token endpoint. */
  readonly requests: TokenForm[];
  /** How often a token was revoked. */
  readonly revoked: () => number;
  /** Tokens handed out, refresh tokens included. */
  readonly handedOut: string[];
  /** Answers the token endpoint with an OAuth error from now on, or again as usual. */
  answerWith(error: string | undefined, status?: number): void;
  /** Fields put into every answer of the token endpoint; `undefined` takes one out. */
  answerAlso(fields: Readonly<Record<string, unknown>>): void;
  /** Claims put into every token. */
  claimAlso(claims: Readonly<Record<string, unknown>>): void;
  /** Consents to everything as the suggested mailbox, as a person with a browser would, and answers where that is sent back to. */
  callbackOf(authorizationUrl: string): Promise<URL>;
  /** The same, and answers the query of the callback. */
  consent(authorizationUrl: string): Promise<URLSearchParams>;
  /** Forgets all consent: refresh tokens are worthless from now on. */
  withdrawConsent(): void;
  stop(): Promise<void>;
}

/** Starts an issuer on a free port. */
export const startOAuthIssuer = async (): Promise<OAuthIssuer> => {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  await server.start(0, "127.0.0.1");
  const requests: TokenForm[] = [];
  const handedOut: string[] = [];
  const good = new Set<unknown>();
  let failure: { readonly error: string; readonly status: number } | undefined;
  let fields: Readonly<Record<string, unknown>> = {};
  let claims: Readonly<Record<string, unknown>> = {};
  let revoked = 0;
  let consented = new URLSearchParams();

  server.service.on(Events.BeforeTokenSigning, (token: { payload: object }) => {
    Object.assign(token.payload, { jti: randomUUID(), email: consented.get("login_hint") }, claims);
  });
  server.service.on(Events.BeforeRevoke, () => {
    revoked += 1;
  });
  server.service.on(Events.BeforeResponse, (response: MutableResponse, request: TokenRequestIncomingMessage) => {
    const form: TokenForm = { ...request.body };
    requests.push(form);
    const isUsedUp = form.grant_type === "refresh_token" && !good.delete(form.refresh_token);
    const refusal = failure ?? (isUsedUp ? { error: "invalid_grant", status: 400 } : undefined);
    if (refusal !== undefined) {
      response.statusCode = refusal.status;
      response.body = { error: refusal.error, error_description: "as the issuer words it <b>" };
    } else if (response.body !== "") {
      if (form.grant_type === "authorization_code") response.body.scope = consented.get("scope");
      Object.assign(response.body, fields);
      good.add(response.body.refresh_token);
      handedOut.push(...tokensIn(response.body));
    }
  });

  const callbackOf = async (authorizationUrl: string): Promise<URL> => {
    consented = new URL(authorizationUrl).searchParams;
    const response = await fetch(authorizationUrl, { redirect: "manual" });
    return new URL(response.headers.get("location") ?? "");
  };

  return {
    url: server.issuer.url ?? "",
    requests,
    handedOut,
    revoked: () => revoked,
    answerWith: (error, status = 400) => {
      failure = error === undefined ? undefined : { error, status };
    },
    answerAlso: (more) => {
      fields = more;
    },
    claimAlso: (more) => {
      claims = more;
    },
    callbackOf,
    consent: async (authorizationUrl) => (await callbackOf(authorizationUrl)).searchParams,
    withdrawConsent: () => good.clear(),
    stop: () => server.stop(),
  };
};

const tokensIn = ({ access_token, refresh_token }: Readonly<Record<string, unknown>>): string[] =>
  [access_token, refresh_token].filter((token) => typeof token === "string");
