import type { Caller } from "../admin/ports.ts";
import type { Route } from "../contracts/routes.ts";
import { AppError, notFound } from "../domain/app-error.ts";
import { holds, mayKnowOf, parseGrants } from "../domain/role.ts";
import { explainScope, parseScope, type Scope, SYSTEM } from "../domain/scope.ts";
import type { ApiEvent } from "./api-event.ts";

/** Who calls a public route. */
const NOBODY: Caller = { subject: "anonymous", grants: [] };

/** Who may do what they ask for, and where. */
export interface Authorised {
  readonly caller: Caller;
  /** The scope in the path; `system` for routes without one. */
  readonly scope: Scope;
}

/**
 * Checks that the caller holds the route's role at the path's scope.
 * @throws AppError `unauthenticated`; `invalid-input` when the path names no possible scope; `not-found` for scopes of
 * tenants the caller has nothing to do with, existing or not; `forbidden` within their own tenant.
 */
export const authorise = (route: Route, event: ApiEvent, groupsClaim: string): Authorised => {
  if (route.access === "public") return { caller: NOBODY, scope: SYSTEM };
  const caller = callerOf(event, groupsClaim);
  if (!route.path.includes("{scope}")) return { caller, scope: SYSTEM };
  const scope = readScope(event.pathParameters?.scope ?? "");
  if (!mayKnowOf(caller.grants, scope)) throw notFound(`Scope "${scope}"`);
  if (route.access !== "anyone" && !holds(caller.grants, route.access, scope)) {
    throw new AppError("forbidden", `This needs the role ${route.access} at scope "${scope}" or above.`);
  }
  return { caller, scope };
};

const readScope = (text: string): Scope => {
  const scope = parseScope(text);
  if (scope !== undefined) return scope;
  const issue = { path: "scope", message: explainScope(text) ?? "must be a scope" };
  throw new AppError("invalid-input", "The scope in the path is not acceptable.", [issue]);
};

const callerOf = (event: ApiEvent, groupsClaim: string): Caller => {
  const claims = event.requestContext.authorizer?.jwt?.claims;
  if (claims === undefined) throw new AppError("unauthenticated", "Send an access token as a Bearer token.");
  // Cognito says so; an id token names a person to an application and is no key to an API.
  if (claims.token_use !== undefined && claims.token_use !== "access") {
    throw new AppError("unauthenticated", "Send an access token: this is a token of another kind.");
  }
  return {
    subject: firstText(claims.sub, claims.client_id) ?? "unknown",
    // Cognito's access tokens say `username`, its other tokens and some issuers `cognito:username`.
    name: firstText(claims.username, claims["cognito:username"]),
    grants: parseGrants(readGroups(claims[groupsClaim])),
  };
};

const firstText = (...claims: readonly unknown[]): string | undefined =>
  claims.find((claim): claim is string => typeof claim === "string" && claim !== "");

/** HTTP APIs pass a list claim on as the text `[a b]`; other issuers write `a,b` or `a b`. */
const readGroups = (claim: unknown): string[] => {
  if (Array.isArray(claim)) return claim.filter((value) => typeof value === "string");
  if (typeof claim !== "string") return [];
  return claim
    .replace(/^\[(.*)\]$/s, "$1")
    .split(/[\s,]+/)
    .filter((value) => value !== "");
};
