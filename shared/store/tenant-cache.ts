import { SYSTEM, type Tenant } from "../domain/scope.ts";
import type { ConfigSource } from "../flow/ports.ts";
import type { Suppressing } from "../flow/suppression-ports.ts";
import { HEALED_AFTER_MS } from "./count-change.ts";
import { getAll } from "./get-all.ts";
import { suppressionVersionKey, versionKey } from "./keys.ts";
import { readSuppressed } from "./suppression-store.ts";
import type { Key, Table } from "./table.ts";

/** Most tenants kept in one process; the one unused for longest goes first. */
const MAX_TENANTS = 500;

interface Entry<T> {
  readonly version: number;
  readonly loadedAtMs: number;
  readonly value: T;
}

/**
 * Keeps tenants' configuration and suppression lists in memory. Each `load` reads the versions of all tenants asked for
 * at once, and then only what changed: of a tenant whose list changes with every bounce, the configuration stays.
 * @param read loads one tenant's configuration from the table.
 */
export const createTenantCache = <T extends object>(
  table: Table,
  read: (tenant: Tenant) => Promise<T>,
  now: () => Date,
): ConfigSource<T & Suppressing> => {
  const configs = createShelf(read, now);
  const lists = createShelf((tenant) => readSuppressed(table, tenant), now);
  return {
    async load(tenants) {
      const wanted = [...new Set([SYSTEM, ...tenants])];
      // Versions are read before what they count: a change in between is seen with the next load.
      const versionOf = await readVersions(table, wanted);
      const loaded = await Promise.all(
        wanted.map(async (tenant): Promise<[Tenant, T & Suppressing]> => {
          const [config, suppressed] = await Promise.all([
            configs.get(tenant, versionOf(versionKey(tenant))),
            lists.get(tenant, versionOf(suppressionVersionKey(tenant))),
          ]);
          return [tenant, { ...config, suppressed }];
        }),
      );
      configs.trim();
      lists.trim();
      return new Map(loaded);
    },
  };
};

/** One thing of each tenant, as long as its version does not change. */
const createShelf = <T>(read: (tenant: Tenant) => Promise<T>, now: () => Date) => {
  const entries = new Map<Tenant, Entry<T>>();
  return {
    async get(tenant: Tenant, version: number): Promise<T> {
      const known = entries.get(tenant);
      const nowMs = now().getTime();
      const current = known?.version === version && nowMs - known.loadedAtMs < HEALED_AFTER_MS;
      const entry = current ? known : { version, loadedAtMs: nowMs, value: await read(tenant) };
      entries.delete(tenant);
      entries.set(tenant, entry);
      return entry.value;
    },
    trim(): void {
      for (const tenant of [...entries.keys()].slice(0, Math.max(0, entries.size - MAX_TENANTS)))
        entries.delete(tenant);
    },
  };
};

/** Answers versions; 0 for what was never changed. Each item that counts one has a partition of its own. */
const readVersions = async (table: Table, tenants: readonly Tenant[]): Promise<(key: Key) => number> => {
  const keys = tenants.flatMap((tenant) => [versionKey(tenant), suppressionVersionKey(tenant)]);
  const versions = new Map((await getAll(table, keys)).map(({ pk, n }) => [pk, Number(n)]));
  return ({ pk }) => versions.get(pk) ?? 0;
};
