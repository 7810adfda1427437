import type { Tenant } from "../domain/scope.ts";
import type { ConfigSource, SendingConfig } from "../flow/ports.ts";
import type { Suppressing } from "../flow/suppression-ports.ts";
import { readDocument } from "./document.ts";
import { configPartition } from "./keys.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";
import { createTenantCache } from "./tenant-cache.ts";

/*
 * Access patterns
 *   versions of several tenants   batch get  TENANT#<tenant> / VERSION              once per batch of mails, with those
 *                                            SUPPRESSIONS#<tenant> / VERSION        of suppression lists
 *   a tenant's mail settings      query      TENANT#<tenant> / SETTINGS#...         only after a change
 *   a tenant's brands             query      TENANT#<tenant> / BRAND#...            only after a change
 */

/** Tenants' mail settings, brands and suppression lists, kept in memory while they do not change. */
export const createSendingConfig = (table: Table, now: () => Date): ConfigSource<SendingConfig & Suppressing> =>
  createTenantCache(table, (tenant) => readSendingConfig(table, tenant), now);

const readSendingConfig = async (table: Table, tenant: Tenant): Promise<SendingConfig> => {
  const [settings, brands] = await Promise.all(
    ["SETTINGS#", "BRAND#"].map((prefix) => queryAll(table, configPartition(tenant), prefix)),
  );
  return { settings: new Map(settings?.flatMap(readSettings)), brands: new Map(brands?.flatMap(readBrand)) };
};

type Item = Parameters<typeof readDocument>[1];

const readSettings = (item: Item) => {
  const stored = readDocument("SETTINGS", item);
  if (stored === undefined) return [];
  const { value: settings, secrets, version, updatedAt } = stored;
  return [[settings.scope, { settings, secrets, version, updatedAt }] as const];
};

const readBrand = (item: Item) => {
  const brand = readDocument("BRAND", item)?.value;
  return brand === undefined ? [] : [[brand.scope, brand] as const];
};
