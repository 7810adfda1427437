import type { ConfigStore } from "../../shared/admin/ports.ts";
import { type Scope, SYSTEM, type Tenant } from "../../shared/domain/scope.ts";
import type { ConfigSource, SendingConfig } from "../../shared/flow/ports.ts";

/** The mail settings in a config store, as senders read them. */
export const createMemorySendingConfig = (config: ConfigStore): ConfigSource<SendingConfig> => {
  const settingsWithin = async (tenant: Tenant): Promise<SendingConfig> => {
    const { items } = await config.scopes.listWithin(tenant, { limit: 1_000 });
    const scopes: readonly Scope[] = tenant === SYSTEM ? [SYSTEM] : items.map(({ value }) => value.scope);
    const found = await Promise.all(scopes.map((scope) => config.settings.get(scope)));
    const brands = await Promise.all(scopes.map((scope) => config.brands.get(scope)));
    return {
      settings: new Map(
        found.flatMap((one) =>
          one === undefined ? [] : [[one.value.scope, { ...one, settings: one.value }] as const],
        ),
      ),
      brands: new Map(brands.flatMap((one) => (one === undefined ? [] : [[one.value.scope, one.value] as const]))),
    };
  };
  return {
    load: async (tenants) =>
      new Map(
        await Promise.all(
          [...new Set([SYSTEM, ...tenants])].map(async (tenant) => [tenant, await settingsWithin(tenant)] as const),
        ),
      ),
  };
};
