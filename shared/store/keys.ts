import { type DeliveryId, dayOf } from "../domain/delivery.ts";
import { type Scope, type Tenant, tenantOf } from "../domain/scope.ts";
import type { Key } from "./table.ts";

/**
 * Every key of both tables is made here and nowhere else.
 *
 * config table:     TENANT#acme              VERSION | SCOPE#<scope> | SETTINGS#<scope> | GROUP#<scope>#<id> | RULE#<scope>#<id>
 *                   TENANTS                  <tenant>                       (directory of all tenants)
 * deliveries table: EVENT#acme#<event id>    EVENT                          (receipt: what was taken in, once)
 *                   EVENTS#acme#2026-11-20   <time>#<event id>[#<bus id>]   (record: what became of it)
 *                   DELIVERIES#acme#2026-11-20   <delivery id>
 */

/** Kinds of document an administrator writes. */
export type DocumentKind = "SCOPE" | "SETTINGS" | "GROUP" | "RULE";

/** Kinds of which a scope can have several, told apart by an id. */
export type ListedKind = "GROUP" | "RULE";

/** Partition of everything configured for a tenant. */
export const configPartition = (tenant: Tenant): string => `TENANT#${tenant}`;

/** The item that counts a tenant's configuration changes. */
export const versionKey = (tenant: Tenant): Key => ({ pk: configPartition(tenant), sk: "VERSION" });

/** Key of a document; `id` only for the kinds of which a scope has several. */
export const documentKey = (kind: DocumentKind, scope: Scope, id?: string): Key => ({
  pk: configPartition(tenantOf(scope)),
  sk: id === undefined ? `${kind}#${scope}` : `${kind}#${scope}#${id}`,
});

/** What the sort keys of a scope's groups or rules begin with. */
export const documentPrefix = (kind: ListedKind, scope: Scope): string => `${kind}#${scope}#`;

/** What the sort keys of the scopes below a scope begin with. */
export const subScopePrefix = (scope: Scope): string => `SCOPE#${scope}.`;

/** Entry of a tenant in the directory. */
export const directoryKey = (tenant: Tenant): Key => ({ pk: "TENANTS", sk: tenant });

/** The receipt of an event id. */
export const receiptKey = (tenant: Tenant, eventId: string): Key => ({ pk: `EVENT#${tenant}#${eventId}`, sk: "EVENT" });

/** Partition of a tenant's event records of one day (`2026-11-20`). */
export const eventDayPartition = (tenant: Tenant, day: string): string => `EVENTS#${tenant}#${day}`;

/** Partition of a tenant's deliveries of one day. */
export const deliveryDayPartition = (tenant: Tenant, day: string): string => `DELIVERIES#${tenant}#${day}`;

/** Key of a delivery. */
export const deliveryKey = (tenant: Tenant, id: DeliveryId): Key => ({
  pk: deliveryDayPartition(tenant, dayOf(id)),
  sk: id,
});
