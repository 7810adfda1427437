import { addressKey, type EmailAddress } from "../domain/address.ts";
import { type DeliveryId, dayOf } from "../domain/delivery.ts";
import type { SlotLine } from "../domain/rate-lines.ts";
import { type Scope, type Tenant, tenantOf } from "../domain/scope.ts";
import type { Transport } from "../domain/transport.ts";
import type { Key } from "./table.ts";

/**
 * Every key of both tables is made here and nowhere else.
 *
 * config table:     TENANT#acme              VERSION | SCOPE#<scope> | SETTINGS#<scope> | BRAND#<scope>
 *                   TENANT#acme              GROUP#<scope>#<id> | RULE#<scope>#<id> | TEMPLATE#<scope>#<id> |
 *                                            PIPELINE#<scope>#<id> | AWSSOURCE#<scope>#<id>
 *                   TENANT#acme              LASTTEST#<scope>               (latest connection test)
 *                   TEMPLATES#acme           <SHA-256 of the content>       (content of one version of a template)
 *                   TENANT#acme              OAUTH#<scope>                  (where its mailbox stands with the issuer)
 *                   OAUTHSCOPES              <scope>                        (directory of all of those)
 *                   OAUTHALERTS              <scope>                        (when people were told that it stopped)
 *                   OAUTHCONSENTS            <hash of the state>            (consent that was begun)
 *                   SUPPRESSIONS#acme        VERSION | ADDRESS#<address key>   (whom the tenant does not mail)
 *                   AUDIT#acme               <time>#<id>                    (what was changed, one item each)
 *                   TENANTS                  <tenant>                       (directory of all tenants)
 *                   AWSSOURCES               VERSION | <scope>#<id>         (directory of all AWS sources)
 * deliveries table: EVENT#acme#<event id>    EVENT                          (receipt: what was taken in, once)
 *                   EVENTS#acme#2026-11-20   <time>#<event id>[#<bus id>]   (record: what became of it)
 *                   DELIVERIES#acme#2026-11-20   <delivery id>
 *                   DIGEST#acme#<delivery id>    <page>                     (events of a digest, a hundred each)
 *                   OUTCOMES#acme#<hash of pipeline and branch>   OUTCOMES    (how its latest runs ended)
 *                   BREAKER#<scope>#<transport>  BREAKER                    (what is known against a way to send)
 *                   RATE#<scope>#<transport>[#quick|#allowance]   RATE      (slots of a rate that are taken)
 */

/** Kinds of document an administrator writes. */
export type DocumentKind = "SCOPE" | "SETTINGS" | "BRAND" | ListedKind;

/** Kinds of which a scope can have several, told apart by an id. */
export type ListedKind = "GROUP" | "RULE" | "TEMPLATE" | "PIPELINE" | "AWSSOURCE";

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

/** Partition of a tenant's suppression list: not the tenant's own, of whose partition senders may write nothing. */
export const suppressionPartition = (tenant: Tenant): string => `SUPPRESSIONS#${tenant}`;

/** What the sort keys of the addresses on a suppression list begin with. */
export const SUPPRESSED_ADDRESS = "ADDRESS#";

/** An address on a tenant's suppression list. */
export const suppressionKey = (tenant: Tenant, address: EmailAddress): Key => ({
  pk: suppressionPartition(tenant),
  sk: `${SUPPRESSED_ADDRESS}${addressKey(address)}`,
});

/** The item that counts the changes of a tenant's suppression list. */
export const suppressionVersionKey = (tenant: Tenant): Key => ({ pk: suppressionPartition(tenant), sk: "VERSION" });

/** Partition of a tenant's audit trail: not the tenant's own, which is loaded as a whole. */
export const auditPartition = (tenant: Tenant): string => `AUDIT#${tenant}`;

/** An audit entry; in the order of time. */
export const auditKey = (tenant: Tenant, at: string, id: string): Key => ({
  pk: auditPartition(tenant),
  sk: `${at}#${id}`,
});

/** The content of a version of a template: not in the tenant's own partition, which is loaded as a whole. */
export const templateContentKey = (tenant: Tenant, contentId: string): Key => ({
  pk: `TEMPLATES#${tenant}`,
  sk: contentId,
});

/** Entry of a tenant in the directory. */
export const directoryKey = (tenant: Tenant): Key => ({ pk: "TENANTS", sk: tenant });

/** Partition of the directory of all AWS sources. */
export const AWS_SOURCES = "AWSSOURCES";

/** Entry of an AWS source in that directory. */
export const awsSourceKey = (scope: Scope, id: string): Key => ({ pk: AWS_SOURCES, sk: `${scope}#${id}` });

/** The item that counts the changes of that directory, and of what it leads to. */
export const AWS_SOURCES_VERSION: Key = { pk: AWS_SOURCES, sk: "VERSION" };

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

/** How the runs of one pipeline, or of one of its stages, ended. `hash` is made of what tells them apart. */
export const outcomesKey = (tenant: Tenant, hash: string): Key => ({
  pk: `OUTCOMES#${tenant}#${hash}`,
  sk: "OUTCOMES",
});

/** Partition of the pages of a digest. */
export const digestPartition = (tenant: Tenant, id: DeliveryId): string => `DIGEST#${tenant}#${id}`;

/** Key of a page of a digest; pages are counted from 0 and sort by number. */
export const digestPageKey = (tenant: Tenant, id: DeliveryId, page: number): Key => ({
  pk: digestPartition(tenant, id),
  sk: String(page).padStart(6, "0"),
});

/** What is known against one of a scope's ways to send. */
export const breakerKey = ({ scope, id }: Pick<Transport, "scope" | "id">): Key => ({
  pk: `BREAKER#${scope}#${id}`,
  sk: "BREAKER",
});

/** How far a line of slots is taken. */
export const rateKey = ({ scope, id }: Pick<SlotLine, "scope" | "id">): Key => ({
  pk: `RATE#${scope}#${id}`,
  sk: "RATE",
});
