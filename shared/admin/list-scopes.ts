import { AppError } from "../domain/app-error.ts";
import { type Grant, holds } from "../domain/role.ts";
import { isWithin, parseScope, type Scope, SYSTEM, tenantOf } from "../domain/scope.ts";
import type { Caller, Page, PageRequest, ScopeDocument, Versioned } from "./ports.ts";
import { type ScopeDeps, SYSTEM_SCOPE } from "./scopes.ts";

/** Where a list of scopes goes on: at the beginning of a root's scopes, or after a store's cursor within them. */
interface Position {
  readonly root: Scope | undefined;
  readonly inner?: string | undefined;
}

/** The scopes the caller may read, tenant by tenant. A cursor is a root's name, with the store's cursor after a blank. */
export const listScopes = async (
  deps: ScopeDeps,
  caller: Caller,
  page: PageRequest,
): Promise<Page<Versioned<ScopeDocument>>> => {
  const items: Versioned<ScopeDocument>[] = [];
  let { root, inner } = await startOf(deps, caller, page.cursor);
  while (root !== undefined && items.length < page.limit) {
    const part = await listRoot(deps, root, { limit: page.limit - items.length, cursor: inner });
    items.push(...part.items);
    if (part.cursor !== undefined) return { items, cursor: `${root} ${part.cursor}` };
    root = await rootAfter(deps, caller.grants, root);
    inner = undefined;
  }
  return { items, cursor: root };
};

const startOf = async (deps: ScopeDeps, caller: Caller, cursor: string | undefined): Promise<Position> => {
  if (cursor === undefined) return { root: await rootAfter(deps, caller.grants, undefined) };
  const [name = "", ...inner] = cursor.split(" ");
  const root = parseScope(name);
  // The cursor of somebody who may see more must not open anything.
  if (root === undefined || !holds(caller.grants, "viewer", root)) {
    throw new AppError("invalid-input", "The cursor is not acceptable.", [
      { path: "cursor", message: "must be the nextCursor of an answer to the same list" },
    ]);
  }
  return { root, inner: inner.length === 0 ? undefined : inner.join(" ") };
};

/** `system` holds no scopes but itself: the tenants have roots of their own. */
const listRoot = async (deps: ScopeDeps, root: Scope, page: PageRequest): Promise<Page<Versioned<ScopeDocument>>> =>
  root === SYSTEM ? { items: [SYSTEM_SCOPE] } : deps.scopes.listWithin(root, page);

/** The next scope whose scopes are to be listed: after `system` each tenant, otherwise what the grants name. */
const rootAfter = async (
  deps: ScopeDeps,
  grants: readonly Grant[],
  previous: Scope | undefined,
): Promise<Scope | undefined> => {
  if (holds(grants, "viewer", SYSTEM)) {
    if (previous === undefined) return SYSTEM;
    const cursor = previous === SYSTEM ? undefined : tenantOf(previous);
    return (await deps.scopes.listTenants({ limit: 1, cursor })).items[0];
  }
  return rootsOf(grants).find((root) => previous === undefined || root > previous);
};

/** The scopes the grants let read, in order, without those that lie within another. */
const rootsOf = (grants: readonly Grant[]): Scope[] => {
  const readable = [...new Set(grants.map((grant) => grant.scope))].filter((scope) => holds(grants, "viewer", scope));
  return readable.filter((scope) => !readable.some((other) => other !== scope && isWithin(scope, other))).sort();
};
