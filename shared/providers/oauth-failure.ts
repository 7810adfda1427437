import * as oauth from "oauth4webapi";
import type { IssuerAnswer } from "../oauth/ports.ts";

/** Errors that say something about the issuer's day, and nothing about the request (RFC 6749 section 4.1.2.1). */
const PASSING = new Set(["server_error", "temporarily_unavailable", "slow_down"]);

/** What the issuer means, for the errors that people can do something about. */
const MEANINGS: Readonly<Record<string, string>> = {
  access_denied: "Consent was declined.",
  consent_required: "An administrator of the directory has to consent to this application first.",
  invalid_client: "The issuer does not know this client id with this secret.",
  unauthorized_client: "The issuer does not let this application do that: its rights must be granted there.",
  invalid_grant: "The issuer takes the consent for ended, withdrawn or never given.",
  invalid_scope: "The issuer does not let this application send mail: the scope must be granted there.",
  redirect_uri_mismatch: "The redirect URI is not registered with the issuer.",
};

type Failure = Exclude<IssuerAnswer<never>, { kind: "given" }>;

/** What a failed exchange with an issuer means. Nothing the issuer wrote is repeated but the name of its error. */
export const toFailure = (error: unknown): Failure => {
  if (error instanceof oauth.ResponseBodyError) return named(error.error, error.status);
  if (error instanceof oauth.AuthorizationResponseError) return named(error.error, 400);
  if (error instanceof oauth.WWWAuthenticateChallengeError) return named("invalid_client", error.status);
  const code = codeOf(error) ?? "unknown";
  return { kind: "unavailable", reason: `The issuer could not be reached, or did not answer as it should (${code}).` };
};

/** The library's or the system's name for what went wrong: `ECONNREFUSED`, `OAUTH_INVALID_RESPONSE`, `TimeoutError`. */
const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  // `fetch` puts the system's error into the cause of a bare TypeError.
  return code ?? codeOf(error.cause) ?? error.name;
};

/** What it means that a callback does not fit the consent that was begun (RFC 9207, RFC 6749 section 10.12). */
export const toCallbackFailure = (error: unknown): Failure =>
  error instanceof oauth.AuthorizationResponseError
    ? toFailure(error)
    : { kind: "refused", reason: "This is not the issuer's answer to the consent that was begun." };

const named = (error: string, status: number): Failure => {
  const name = /^[a-z_]{1,40}$/.test(error) ? error : "unknown";
  if (PASSING.has(name) || status === 429 || status >= 500) {
    return { kind: "unavailable", reason: `The issuer cannot answer just now (${name}).` };
  }
  return { kind: "refused", reason: `${MEANINGS[name] ?? "The issuer refused."} (${name})` };
};
