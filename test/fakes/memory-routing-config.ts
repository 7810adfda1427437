import type { ConfigStore, ListedStore } from "../../shared/admin/ports.ts";
import { type Scope, SYSTEM, type Tenant } from "../../shared/domain/scope.ts";
import type { ConfigSource, RoutingConfig } from "../../shared/flow/ports.ts";
import { type Routing, routingOf } from "./fixed-config.ts";

const ALL = { limit: 10_000 };

/** What decides who is told what, read from what administrators configured, anew each time. */
export const createMemoryRoutingConfig = (config: ConfigStore): ConfigSource<RoutingConfig> => ({
  async load(tenants) {
    const wanted = [...new Set([SYSTEM, ...tenants])];
    const loaded = await Promise.all(
      wanted.map(async (tenant) => [...routingOf(await read(config, tenant), [tenant])]),
    );
    return new Map(loaded.flatMap((configs, index) => configs.filter(([tenant]) => tenant === wanted[index])));
  },
});

const read = async (config: ConfigStore, tenant: Tenant): Promise<Routing> => {
  const { items } = await config.scopes.listWithin(tenant, ALL);
  const scopes: readonly Scope[] = tenant === SYSTEM ? [SYSTEM] : items.map(({ value }) => value.scope);
  const valuesOf = async <T>(store: ListedStore<T>) => {
    const pages = await Promise.all(scopes.map((scope) => store.list(scope, ALL)));
    return pages.flatMap((page) => page.items);
  };
  const listed = (await config.suppressions.list(tenant, ALL)).items;
  return {
    scopes,
    rules: (await valuesOf(config.rules)).map(({ value }) => value),
    groups: (await valuesOf(config.groups)).map(({ value }) => value),
    overrides: (await valuesOf(config.pipelines)).map(({ value }) => value),
    templates: (await valuesOf(config.templates)).map(({ value, version }) => ({ ...value, version })),
    brands: (await Promise.all(scopes.map((scope) => config.brands.get(scope)))).flatMap((one) => one?.value ?? []),
    suppressed: listed.filter(({ cause }) => cause !== "unsubscribed").map(({ address }) => address),
    unsubscribed: listed.filter(({ cause }) => cause === "unsubscribed").map(({ address }) => address),
    recipientDomains: items.find(({ value }) => value.scope === tenant)?.value.recipientDomains ?? [],
  };
};
