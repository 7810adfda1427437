import { isWithin, parseScope, type Scope, SYSTEM, tenantOf } from "./scope.ts";

/** What somebody may do; each role is held at a scope and below it. */
export const ROLES = ["admin", "editor", "viewer", "publisher"] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** One `<scope>:<role>` value of the groups claim. */
export interface Grant {
  readonly scope: Scope;
  readonly role: Role;
}

/** Roles that include what another one may do. */
const INCLUDES: Record<Role, readonly Role[]> = {
  admin: ["admin", "editor", "viewer", "publisher"],
  editor: ["editor", "viewer"],
  viewer: ["viewer"],
  publisher: ["publisher"],
};

/** The grants among the values of a groups claim. Values of other systems are passed over. */
export const parseGrants = (values: readonly string[]): Grant[] =>
  values.flatMap((value) => {
    const [path = "", name = "", ...rest] = value.split(":");
    const scope = parseScope(path);
    const role = ROLES.find((known) => known === name);
    return scope !== undefined && role !== undefined && rest.length === 0 ? [{ scope, role }] : [];
  });

/** Whether the grants allow a role's work at a scope. */
export const holds = (grants: readonly Grant[], role: Role, scope: Scope): boolean =>
  grants.some((grant) => isWithin(scope, grant.scope) && INCLUDES[grant.role].includes(role));

/** Whether the grants reach into a scope's tenant at all; if not, the scope must look as if it did not exist. */
export const mayKnowOf = (grants: readonly Grant[], scope: Scope): boolean =>
  grants.some((grant) => grant.scope === SYSTEM || tenantOf(grant.scope) === tenantOf(scope));
