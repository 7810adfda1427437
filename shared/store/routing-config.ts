import type { Scope, Tenant } from "../domain/scope.ts";
import type { ConfigSource, RoutingConfig } from "../flow/ports.ts";
import { type Documents, readDocument } from "./document.ts";
import { configPartition, type DocumentKind } from "./keys.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";
import { createTenantCache } from "./tenant-cache.ts";

/*
 * Access patterns
 *   versions of several tenants   batch get  TENANT#<tenant> / VERSION     once per batch of events
 *   a tenant's configuration      query      TENANT#<tenant>               only after a change
 */

/** What tenants configured for deciding who is told what, kept in memory while it does not change. */
export const createRoutingConfig = (table: Table, now: () => Date): ConfigSource<RoutingConfig> =>
  createTenantCache(table, (tenant) => readRoutingConfig(table, tenant), now);

const readRoutingConfig = async (table: Table, tenant: Tenant): Promise<RoutingConfig> => {
  const items = await queryAll(table, configPartition(tenant));
  const valuesOf = <K extends DocumentKind>(kind: K): Documents[K][] =>
    items.map((item) => readDocument(kind, item)?.value).filter((value) => value !== undefined);

  const rules = Map.groupBy(valuesOf("RULE"), (rule) => rule.scope);
  const groups = new Map(valuesOf("GROUP").map((group) => [groupKey(group.scope, group.id), group]));
  return {
    scopes: new Set(valuesOf("SCOPE").map(({ scope }) => scope)),
    rulesAt: (scope) => rules.get(scope) ?? [],
    groupAt: (scope, id) => groups.get(groupKey(scope, id)),
  };
};

const groupKey = (scope: Scope, id: string): string => `${scope}:${id}`;
