import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Page, PageRequest, ScopeDocument, ScopeStore, Versioned } from "../admin/ports.ts";
import { parseScope, type Scope, SYSTEM, tenantOf } from "../domain/scope.ts";
import { getDocument, putDocument, readDocument, removeDocument } from "./document.ts";
import { configPartition, directoryKey, documentKey, documentPrefix, subScopePrefix } from "./keys.ts";
import { queryPage } from "./query-page.ts";
import type { Table } from "./table.ts";

/**
 * Access patterns, besides those of `document.ts`:
 *
 * tenants                    Query pk = TENANTS
 * sub-scopes of a scope      Query pk = TENANT#acme, sk begins with SCOPE#acme.eng.
 * contents of a scope        GetItem SETTINGS#..., and Query for one item of each of SCOPE#....  GROUP#...#  RULE#...#
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

const contentsOf = async (table: Table, scope: Scope): Promise<string[]> => {
  const holds = async (prefix: string) =>
    (await queryPage(table, configPartition(tenantOf(scope)), prefix, { limit: 1 })).items.length > 0;
  const found = await Promise.all([
    holds(subScopePrefix(scope)),
    getDocument(table, "SETTINGS", documentKey("SETTINGS", scope)).then((settings) => settings !== undefined),
    holds(documentPrefix("GROUP", scope)),
    holds(documentPrefix("RULE", scope)),
  ]);
  return ["sub-scopes", "mail settings", "groups", "rules"].filter((_, index) => found[index]);
};
