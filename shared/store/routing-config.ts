import { indexRules } from "../domain/rule-index.ts";
import type { Scope, Tenant } from "../domain/scope.ts";
import type { TemplateRef } from "../domain/template.ts";
import type { ConfigSource, RoutingConfig } from "../flow/ports.ts";
import { type Documents, readDocument } from "./document.ts";
import { configPartition, type DocumentKind } from "./keys.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";
import { createTenantCache } from "./tenant-cache.ts";

/*
 * Access patterns
 *   versions of several tenants   batch get  TENANT#<tenant> / VERSION     once per batch of events, with those of
 *                                            SUPPRESSIONS#<tenant> / VERSION
 *   a tenant's configuration      query      TENANT#<tenant>               only after a change
 */

/** What tenants configured for deciding who is told what, kept in memory while it does not change. */
export const createRoutingConfig = (table: Table, now: () => Date): ConfigSource<RoutingConfig> =>
  createTenantCache(table, (tenant) => readRoutingConfig(table, tenant), now);

const NO_RULES = indexRules([]);

const readRoutingConfig = async (table: Table, tenant: Tenant): Promise<Omit<RoutingConfig, "suppressed">> => {
  const items = await queryAll(table, configPartition(tenant));
  const valuesOf = <K extends DocumentKind>(kind: K): Documents[K][] =>
    items.map((item) => readDocument(kind, item)?.value).filter((value) => value !== undefined);

  const rules = Map.groupBy(valuesOf("RULE"), (rule) => rule.scope);
  const indexes = new Map([...rules].map(([scope, ofScope]) => [scope, indexRules(ofScope)]));
  const groups = byPlace(valuesOf("GROUP"));
  const overrides = byPlace(valuesOf("PIPELINE"));
  const templates = byPlace(items.flatMap(readTemplate));
  const brands = new Map(valuesOf("BRAND").map((brand) => [brand.scope, brand]));
  return {
    scopes: new Set(valuesOf("SCOPE").map(({ scope }) => scope)),
    rulesAt: (scope) => indexes.get(scope) ?? NO_RULES,
    groupAt: (scope, id) => groups.get(placeOf(scope, id)),
    overrideAt: (scope, id) => overrides.get(placeOf(scope, id)),
    templateAt: (scope, id) => templates.get(placeOf(scope, id)),
    brandAt: (scope) => brands.get(scope),
    recipientDomains: valuesOf("SCOPE").find(({ scope }) => scope === tenant)?.recipientDomains ?? [],
  };
};

const readTemplate = (item: Parameters<typeof readDocument>[1]): TemplateRef[] => {
  const found = readDocument("TEMPLATE", item);
  return found === undefined ? [] : [{ ...found.value, version: found.version }];
};

const byPlace = <T extends { readonly scope: Scope; readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> =>
  new Map(all.map((one) => [placeOf(one.scope, one.id), one]));

const placeOf = (scope: Scope, id: string): string => `${scope}:${id}`;
