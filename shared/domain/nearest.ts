import { chainOf, type Scope, SYSTEM, type Tenant, tenantOf } from "./scope.ts";

/**
 * The nearest value upwards from a scope, up to and including `system`.
 * @param configs one configuration for each tenant, with one for `system`.
 * @param at what a configuration has at a scope.
 */
export const nearestIn = <C, T>(
  scope: Scope,
  configs: ReadonlyMap<Tenant, C>,
  at: (config: C, scope: Scope) => T | undefined,
): T | undefined => {
  for (const one of chainOf(scope)) {
    const config = configs.get(one === SYSTEM ? SYSTEM : tenantOf(scope));
    const found = config === undefined ? undefined : at(config, one);
    if (found !== undefined) return found;
  }
  return undefined;
};
