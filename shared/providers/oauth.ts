import * as oauth from "oauth4webapi";
import type { OAuth2Login } from "../domain/oauth-login.ts";

import type { IssuedTokens, IssuerAnswer, IssuerClient, Issuers } from "../oauth/ports.ts";
import { createDiscovery, requestOptions } from "./oauth-discovery.ts";
import { toCallbackFailure, toFailure } from "./oauth-failure.ts";
import { type IssuerProfile, type IssuerUrls, profileFor } from "./oauth-issuers.ts";

/** Seconds an access token is taken to last when its issuer does not say. */
const UNSTATED_LIFE_SECONDS = 300;

/** RFC 7523 section 2.1. */
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** An issuer with what was found out about it. */
interface Found {
  readonly profile: IssuerProfile;
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly options: ReturnType<typeof requestOptions>;
}

/** Talks to Google and Microsoft, or to what operators put in their places. */
export const createIssuers = (urls: IssuerUrls): Issuers => {
  const discover = createDiscovery();

  /** Runs an exchange with the issuer of a login. */
  const withIssuer = async <T>(
    login: OAuth2Login,
    exchange: (found: Found) => Promise<IssuerAnswer<T>>,
  ): Promise<IssuerAnswer<T>> => {
    const profile = profileFor(login, urls);
    try {
      const server = await discover(profile.url);
      const options = requestOptions(profile.url);
      return await exchange({ profile, server, client: { client_id: login.clientId }, options });
    } catch (error) {
      return toFailure(error);
    }
  };

  return {
    consentUrl: (login, request) =>
      withIssuer(login, async ({ profile, server }) => {
        if (server.authorization_endpoint === undefined) throw new Error("the issuer has no page for consent");
        const url = new URL(server.authorization_endpoint);
        const parameters = {
          response_type: "code",
          client_id: login.clientId,
          redirect_uri: request.redirectUri,
          scope: profile.consentScope,
          state: request.state,
          code_challenge: await oauth.calculatePKCECodeChallenge(request.verifier),
          code_challenge_method: "S256",
          login_hint: login.username,
          ...profile.consentParameters,
        };
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
        return { kind: "given", value: url.href };
      }),

    redeem: ({ login, secret }, { redirectUri, state, verifier }, callback) =>
      withIssuer(login, async (found) => {
        const { server, client, options } = found;
        const checked = checkCallback(found, callback, state);
        if (checked.kind !== "given") return checked;
        const auth = oauth.ClientSecretPost(secret);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          auth,
          checked.value,
          redirectUri,
          verifier,
          options,
        );
        return given(found, await oauth.processAuthorizationCodeResponse(server, client, response));
      }),

    refresh: ({ login, secret }, refreshToken) =>
      withIssuer(login, async (found) => {
        const { server, client, options } = found;
        const auth = oauth.ClientSecretPost(secret);
        const response = await oauth.refreshTokenGrantRequest(server, client, auth, refreshToken, options);
        return given(found, await oauth.processRefreshTokenResponse(server, client, response));
      }),

    request: (who) =>
      withIssuer(who.login, (found) =>
        who.login.grant === "service_account" ? requestByAssertion(found, who) : requestBySecret(found, who),
      ),

    async revoke({ login, secret }, token) {
      await withIssuer(login, async ({ server, client, options }) => {
        if (server.revocation_endpoint === undefined) return { kind: "given", value: undefined };
        const auth = oauth.ClientSecretPost(secret);
        const response = await oauth.revocationRequest(server, client, auth, token, options);
        return { kind: "given", value: await oauth.processRevocationResponse(response) };
      });
    },
  };
};

/** Checks state and issuer of a callback, and that it is no error. */
const checkCallback = (
  { server, client }: Found,
  callback: URLSearchParams,
  state: string,
): IssuerAnswer<URLSearchParams> => {
  try {
    return { kind: "given", value: oauth.validateAuthResponse(server, client, callback, state) };
  } catch (error) {
    return toCallbackFailure(error);
  }
};

const requestBySecret = async (found: Found, { secret }: IssuerClient): Promise<IssuerAnswer<IssuedTokens>> => {
  const { profile, server, client, options } = found;
  const auth = oauth.ClientSecretPost(secret);
  const parameters = { scope: profile.ownScope };
  const response = await oauth.clientCredentialsGrantRequest(server, client, auth, parameters, options);
  return given(found, await oauth.processClientCredentialsResponse(server, client, response));
};

const requestByAssertion = async (
  found: Found,
  { login, secret }: IssuerClient,
): Promise<IssuerAnswer<IssuedTokens>> => {
  const { profile, server, client, options } = found;
  // Few mailboxes are a service account's: the others do not pay for the library that signs.
  const { signAssertion } = await import("./service-account.ts");
  const audience = server.token_endpoint ?? "";
  const assertion = await signAssertion(secret, { mailbox: login.username, scope: profile.ownScope, audience });
  if (assertion === undefined) return { kind: "refused", reason: "The service account's key cannot be read." };
  const parameters = { assertion };
  const response = await oauth.genericTokenEndpointRequest(
    server,
    client,
    byAssertion,
    JWT_BEARER,
    parameters,
    options,
  );
  return given(found, await oauth.processGenericTokenEndpointResponse(server, client, response));
};

/** The assertion says who asks: nothing is added. */
const byAssertion: oauth.ClientAuth = () => undefined;

const given = ({ profile }: Found, response: oauth.TokenEndpointResponse): IssuerAnswer<IssuedTokens> => {
  const claims = profile.checksMailbox ? oauth.getValidatedIdTokenClaims(response) : undefined;
  const consentSeconds = response.refresh_token_expires_in;
  return {
    kind: "given",
    value: {
      accessToken: response.access_token,
      lifeSeconds: response.expires_in ?? UNSTATED_LIFE_SECONDS,
      refreshToken: response.refresh_token ?? null,
      consentSeconds: typeof consentSeconds === "number" && consentSeconds > 0 ? consentSeconds : null,
      lacksMail: response.scope !== undefined && !hasScope(response.scope, profile.mailScope),
      checksMailbox: profile.checksMailbox,
      mailbox: typeof claims?.email === "string" ? claims.email : null,
    },
  };
};

/** Whether a list of scopes has this one (RFC 6749 section 3.3). Microsoft is free with capitals. */
const hasScope = (list: string, scope: string): boolean => list.toLowerCase().split(" ").includes(scope.toLowerCase());
