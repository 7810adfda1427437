import { type DeliveryId, dayOf } from "../domain/delivery.ts";
import { type Scope, type Tenant, tenantOf } from "../domain/scope.ts";
import type { Key } from "./table.ts";

/**
 * Every key of both tables is made here and nowhere else.
 *
 * config table:     TENANT#acme              VERSION | SCOPE#<scope> | SETTINGS#<scope> | GROUP#<scope>#<id> | RULE#<scope>#<id>
 *                   TENANT#acme              LASTTEST#<scope>               (latest connection test)
 *                   TENANT#acme              OAUTH#<scope>                  (where its mailbox stands with the issuer)
 *                   OAUTHSCOPES              <scope>                        (directory of all of those)
 *                   OAUTHALERTS              <scope>                        (when people were told that it stopped)
 *                   OAUTHCONSENTS            <hash of the state>            (consent that was begun)
 *                   AUDIT#acme               <time>#<id>                    (what was changed, one item each)
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

/** The latest connection test of a scope's settings. */
export const lastTestKey = (scope: Scope): Key => ({ pk: configPartition(tenantOf(scope)), sk: `LASTTEST#${scope}` });

/** Where a scope's mailbox stands with its OAuth issuer. */
export const oauthStateKey = (scope: Scope): Key => ({ pk: configPartition(tenantOf(scope)), sk: `OAUTH#${scope}` });

/** Partition of the directory of scopes that have an {@link oauthStateKey}. */
export const OAUTH_SCOPES = "OAUTHSCOPES";

/** Entry of a scope in that directory. */
export const oauthScopeKey = (scope: Scope): Key => ({ pk: OAUTH_SCOPES, sk: scope });

/** When people were last told that a scope's mailbox stopped working. It outlives the {@link oauthStateKey}. */
export const oauthAlertKey = (scope: Scope): Key => ({ pk: "OAUTHALERTS", sk: scope });

/** Partition of all consent that was begun. */
export const OAUTH_CONSENTS = "OAUTHCONSENTS";

/** Consent that was begun, by the hash of its state. */
export const oauthConsentKey = (stateHash: string): Key => ({ pk: OAUTH_CONSENTS, sk: stateHash });

/** Partition of a tenant's audit trail: not the tenant's own, which is loaded as a whole. */
export const auditPartition = (tenant: Tenant): string => `AUDIT#${tenant}`;

/** An audit entry; in the order of time. */
export const auditKey = (tenant: Tenant, at: string, id: string): Key => ({
  pk: auditPartition(tenant),
  sk: `${at}#${id}`,
});

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
