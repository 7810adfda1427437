import { SYSTEM, type Tenant } from "../domain/scope.ts";
import type { ConfigSource } from "../flow/ports.ts";
import { getAll } from "./get-all.ts";
import { versionKey } from "./keys.ts";
import type { Table } from "./table.ts";

/** A change whose version bump was lost is in force after this time all the same. */
const MAX_AGE_MS = 60_000;

/** Most tenants kept in one process; the one unused for longest goes first. */
const MAX_TENANTS = 500;

interface Entry<T> {
  readonly version: number;
  readonly loadedAtMs: number;
  readonly value: T;
}

/**
 * Keeps tenants' configuration in memory. Each `load` reads the versions of all tenants asked for at once, and then
 * only what changed.
 * @param read loads one tenant's configuration from the table.
 */
export const createTenantCache = <T>(
  table: Table,
  read: (tenant: Tenant) => Promise<T>,
  now: () => Date,
): ConfigSource<T> => {
  const entries = new Map<Tenant, Entry<T>>();

  const refresh = async (tenant: Tenant, version: number): Promise<readonly [Tenant, T]> => {
    const known = entries.get(tenant);
    const nowMs = now().getTime();
    const current = known?.version === version && nowMs - known.loadedAtMs < MAX_AGE_MS;
    const entry = current ? known : { version, loadedAtMs: nowMs, value: await read(tenant) };
    entries.delete(tenant);
    entries.set(tenant, entry);
    return [tenant, entry.value];
  };

  return {
    async load(tenants) {
      // The version is read before the documents: a change in between is seen with the next load.
      const versions = await readVersions(table, [...new Set([SYSTEM, ...tenants])]);
      const loaded = await Promise.all([...versions].map(([tenant, version]) => refresh(tenant, version)));
      for (const tenant of [...entries.keys()].slice(0, Math.max(0, entries.size - MAX_TENANTS)))
        entries.delete(tenant);
      return new Map(loaded);
    },
  };
};

/** The configuration version of each tenant; 0 for those that have none. */
const readVersions = async (table: Table, tenants: readonly Tenant[]): Promise<Map<Tenant, number>> => {
  const versions = new Map(tenants.map((tenant) => [tenant, 0]));
  for (const item of await getAll(table, tenants.map(versionKey))) {
    versions.set(String(item.pk).replace(/^TENANT#/, "") as Tenant, Number(item.n));
  }
  return versions;
};
