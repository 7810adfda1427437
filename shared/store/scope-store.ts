import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Page, PageRequest, ScopeDocument, ScopeStore, Versioned } from "../admin/ports.ts";
import { parseScope, type Scope, SYSTEM, tenantOf } from "../domain/scope.ts";
import { getDocument, putDocument, readDocument, removeDocument } from "./document.ts";
import { configPartition, directoryKey, documentKey, documentPrefix, type ListedKind, subScopePrefix } from "./keys.ts";
import { queryPage } from "./query-page.ts";
import type { Table } from "./table.ts";

/**
 * Access patterns, besides those of `document.ts`:
 *
 * tenants                    Query pk = TENANTS
 * sub-scopes of a scope      Query pk = TENANT#acme, sk begins with SCOPE#acme.eng.
 * contents of a scope        GetItem SETTINGS#... and BRAND#..., and Query for one item of SCOPE#.... and of each kind
 *                            of which a scope has several, such as GROUP#...#
 * add a tenant               PutItem TENANTS, acme   before its scope is written
 * drop a tenant              DeleteItem TENANTS, acme   after its scope is deleted
 */
export const createScopeStore = (table: Table): ScopeStore => ({
  get: (scope) => getDocument(table, "SCOPE", documentKey("SCOPE", scope)),
  async put(scope, value, change) {
    if (scope === tenantOf(scope)) await addTenant(table, scope);
    return putDocument(table, "SCOPE", documentKey("SCOPE", scope), value, change);
  },
  async remove(scope, change) {
    const removed = await removeDocument(table, "SCOPE", tenantOf(scope), documentKey("SCOPE", scope), change);
    if (removed !== undefined && scope === tenantOf(scope)) await dropTenant(table, scope);
    return removed;
  },
  async listTenants(page) {
    const { items, cursor } = await queryPage(table, TENANTS, "", page);
    return { items: items.flatMap((item) => tenantIn(item.sk)), cursor };
  },
  listWithin: (scope, page) => listWithin(table, scope, page),
  contentsOf: (scope) => contentsOf(table, scope),
});

const TENANTS = directoryKey(SYSTEM).pk;

const tenantIn = (sortKey: unknown) => {
  const scope = parseScope(String(sortKey));
  return scope === undefined ? [] : [tenantOf(scope)];
};

const addTenant = (table: Table, scope: Scope) =>
  table.client.send(new PutCommand({ TableName: table.name, Item: directoryKey(tenantOf(scope)) }));

const dropTenant = (table: Table, scope: Scope) =>
  table.client.send(new DeleteCommand({ TableName: table.name, Key: directoryKey(tenantOf(scope)) }));

/** The scope itself comes first; the empty cursor stands between it and the scopes below. */
const listWithin = async (
  table: Table,
  scope: Scope,
  { limit, cursor }: PageRequest,
): Promise<Page<Versioned<ScopeDocument>>> => {
  const self = cursor === undefined ? await getDocument(table, "SCOPE", documentKey("SCOPE", scope)) : undefined;
  const first = self === undefined ? [] : [self];
  const below = await queryPage(table, configPartition(tenantOf(scope)), subScopePrefix(scope), {
    limit: Math.max(1, limit - first.length),
    cursor,
  });
  if (first.length === limit) return { items: first, cursor: below.items.length > 0 ? "" : undefined };
  return {
    items: [...first, ...below.items.flatMap((item) => readDocument("SCOPE", item) ?? [])],
    cursor: below.cursor,
  };
};

/** Documents that keep a scope from being deleted, besides scopes below it and its mail settings. */
const LISTED: readonly (readonly [kind: ListedKind, called: string])[] = [
  ["GROUP", "groups"],
  ["RULE", "rules"],
  ["TEMPLATE", "templates"],
  ["PIPELINE", "notifications of pipelines"],
  ["AWSSOURCE", "AWS sources"],
];

const contentsOf = async (table: Table, scope: Scope): Promise<string[]> => {
  const holds = async (called: string, prefix: string) => {
    const { items } = await queryPage(table, configPartition(tenantOf(scope)), prefix, { limit: 1 });
    return items.length > 0 ? [called] : [];
  };
  const has = async (called: string, kind: "SETTINGS" | "BRAND") =>
    (await getDocument(table, kind, documentKey(kind, scope))) === undefined ? [] : [called];
  const found = await Promise.all([
    holds("sub-scopes", subScopePrefix(scope)),
    has("mail settings", "SETTINGS"),
    has("a brand", "BRAND"),
    ...LISTED.map(([kind, called]) => holds(called, documentPrefix(kind, scope))),
  ]);
  return found.flat();
};
