import type { EmailAddress } from "../domain/address.ts";
import type { AuditEntry, AuditedChange } from "../domain/audit.ts";
import type { AwsSource } from "../domain/aws-source.ts";
import type { Brand } from "../domain/brand.ts";
import type { Delivery, DeliveryId, DeliveryState } from "../domain/delivery.ts";
import type { EventRecord, EventStatus } from "../domain/event-record.ts";
import type { Group } from "../domain/group.ts";
import type { MailSettings, SecretKind, SecretNote, SecretNotes } from "../domain/mail-settings.ts";
import type { PipelineOverride } from "../domain/pipeline-override.ts";
import type { Grant } from "../domain/role.ts";
import type { Rule } from "../domain/rule.ts";
import type { Scope, Tenant } from "../domain/scope.ts";
import type { NewSuppression, Suppression } from "../domain/suppression.ts";
import type { TemplateContent, TemplateDocument } from "../domain/template.ts";

/** Who calls, as their token says. */
export interface Caller {
  /** The issuer's lasting id for the person or program. */
  readonly subject: string;
  /** What people call them; absent when the token does not say it. */
  readonly name?: string | undefined;
  readonly grants: readonly Grant[];
}

/** A scope as an administrator sees it. */
export interface ScopeDocument {
  readonly scope: Scope;
  readonly name: string;
  /** Of a tenant: the domains (`acme.example`, `*.acme.example`) that may be mailed. Absent or empty: all. */
  readonly recipientDomains?: readonly string[] | undefined;
}

/** A document with the facts of its last change. `version` starts at 1 and grows by one with each change. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** Mail settings with what is known of their secrets. */
export interface VersionedSettings extends Versioned<MailSettings> {
  readonly secrets: SecretNotes;
}

/** Who does something, and when. */
export interface Actor {
  readonly by: string;
  /** What people call them; absent when the token does not say it. */
  readonly byName?: string | undefined;
  readonly at: Date;
}

/** Who changes something, and what they believe they are changing. */
export interface Change extends Actor {
  /** From `If-Match`: the write happens only if the document has one of these versions, or exists (`*`). */
  readonly ifVersion?: readonly number[] | "*" | undefined;
}

/** Part of a list. `cursor` leads to the next part, undefined at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string | undefined;
}

/** Which part of a list: at most `limit` items, from where `cursor` says. A cursor may be empty; it is still one. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A document that was written, with the one it replaced: exactly that, whoever else was writing. */
export type Written<V> = V & { readonly before: V | undefined };

/** What a deletion found: undefined when there was nothing to delete. */
export interface Removed<V> {
  readonly before: V | undefined;
}

/** Documents of which a scope has at most one. Writes answer undefined when `ifVersion` does not hold. */
export interface SingleStore<T, V extends Versioned<T> = Versioned<T>> {
  get(scope: Scope): Promise<V | undefined>;
  put(scope: Scope, value: T, change: Change): Promise<Written<V> | undefined>;
  remove(scope: Scope, change: Change): Promise<Removed<V> | undefined>;
}

/** Documents of which a scope has several, by id. Writes answer undefined when `ifVersion` does not hold. */
export interface ListedStore<T> {
  get(scope: Scope, id: string): Promise<Versioned<T> | undefined>;
  /** In the order of their ids. */
  list(scope: Scope, page: PageRequest): Promise<Page<Versioned<T>>>;
  put(scope: Scope, id: string, value: T, change: Change): Promise<Written<Versioned<T>> | undefined>;
  remove(scope: Scope, id: string, change: Change): Promise<Removed<Versioned<T>> | undefined>;
}

/** Scopes, with the directory of tenants. */
export interface ScopeStore extends SingleStore<ScopeDocument> {
  /** Tenants in alphabetical order, without `system`. */
  listTenants(page: PageRequest): Promise<Page<Tenant>>;
  /** A scope and all scopes below it, in alphabetical order. */
  listWithin(scope: Scope, page: PageRequest): Promise<Page<Versioned<ScopeDocument>>>;
  /** Names of what a scope still holds, such as `sub-scopes` or `mail settings`; empty when it may go. */
  contentsOf(scope: Scope): Promise<readonly string[]>;
}

/** What was noted of the secrets before. */
export interface ReplacedNotes {
  readonly before: SecretNotes;
}

/** Mail settings. Putting them leaves the secret notes as they are; noting a secret leaves their version as it is. */
export interface SettingsStore extends SingleStore<MailSettings, VersionedSettings> {
  /** Notes a secret's version in force. Answers undefined when the scope has no settings to note it in. */
  noteSecret(scope: Scope, kind: SecretKind, note: SecretNote, actor: Actor): Promise<ReplacedNotes | undefined>;
  /** Forgets all secret notes. Answers undefined when the scope has no settings. */
  forgetSecrets(scope: Scope, actor: Actor): Promise<ReplacedNotes | undefined>;
}

/** Tenants' suppression lists. Each scope stands for its tenant. */
export interface SuppressionStore {
  /** In the order of their addresses. */
  list(scope: Scope, page: PageRequest): Promise<Page<Suppression>>;
  /**
   * Puts an address on the list. An entry that is there stays, and is both `value` and `before`, unless the new one
   * takes its place (`takesPlaceOf`).
   */
  add(
    scope: Scope,
    suppression: NewSuppression,
    actor: Actor,
  ): Promise<{ readonly value: Suppression; readonly before: Suppression | undefined }>;
  remove(scope: Scope, address: EmailAddress, actor: Actor): Promise<Removed<Suppression>>;
}

/** Everything administrators configure. */
export interface ConfigStore {
  readonly scopes: ScopeStore;
  readonly settings: SettingsStore;
  readonly groups: ListedStore<Group>;
  readonly rules: ListedStore<Rule>;
  readonly pipelines: ListedStore<PipelineOverride>;
  readonly templates: ListedStore<TemplateDocument>;
  readonly awsSources: ListedStore<AwsSource>;
  readonly brands: SingleStore<Brand>;
  readonly suppressions: SuppressionStore;
}

/** Contents of templates. Each lies under a name made from it, so that it never changes and is never stored twice. */
export interface TemplateContentStore {
  /** Stores a content and answers its name. Storing it again changes nothing. */
  put(tenant: Tenant, content: TemplateContent): Promise<string>;
  get(tenant: Tenant, contentId: string): Promise<TemplateContent | undefined>;
}

/** A stretch of time, from a moment up to but without another. */
export interface Period {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Which events a list shows; all that is given has to hold. */
export interface EventFilter extends Period {
  readonly type?: string | undefined;
  readonly status?: EventStatus | undefined;
}

/** Which deliveries a list shows, the period being that in which their events came in; all that is given has to hold. */
export interface DeliveryFilter extends Period {
  readonly state?: DeliveryState | undefined;
  readonly recipient?: EmailAddress | undefined;
  readonly pipelineId?: string | undefined;
  readonly eventId?: string | undefined;
}

/**
 * What happened, for reading. Lists are newest first and hold what lies at the scope or below it. A page may be empty
 * although others follow: each looks at a bounded part of what there is.
 */
export interface HistoryReader {
  event(scope: Scope, id: string): Promise<EventRecord | undefined>;
  events(scope: Scope, page: PageRequest, filter?: EventFilter): Promise<Page<EventRecord>>;
  delivery(scope: Scope, id: DeliveryId): Promise<Delivery | undefined>;
  deliveries(scope: Scope, page: PageRequest, filter?: DeliveryFilter): Promise<Page<Delivery>>;
}

/** What administrators do to single deliveries. All answer undefined when the delivery is not as it was seen. */
export interface DeliveryControl {
  /** Lets a delivery be sent as soon as possible: its due time is `at`, and it is given up as if it began then. */
  requeue(seen: Delivery, possibleDuplicate: boolean, at: Date): Promise<Delivery | undefined>;
  /** Ends a delivery that nobody is sending. A digest is closed first, so that what comes later is in the next one. */
  cancel(seen: Delivery, at: Date): Promise<Delivery | undefined>;
}

/** Where secrets are kept. Nothing here can read one back. */
export interface SecretWriter {
  /** Stores a value as a new version and answers the version's id. */
  put(scope: Scope, kind: SecretKind, value: { readonly secret: string; readonly binding: string }): Promise<string>;
  /** Deletes all secrets of a scope at once and for good. */
  remove(scope: Scope): Promise<void>;
}

/** Where audit entries are kept. */
export interface AuditStore {
  /** Keeps an entry; one that is kept already stays as it is. */
  append(entry: AuditEntry): Promise<void>;
  /** Entries of a scope and below, newest first. */
  list(scope: Scope, page: PageRequest): Promise<Page<AuditEntry>>;
}

/** Publishes on the event bus what others may want to know. */
export interface Publisher {
  /** @throws Error when the bus did not take it within a few seconds. */
  publish(detailType: string, detail: unknown): Promise<void>;
}

/** Puts on the event bus what a tenant's publishers may ask for through the API. */
export interface TenantPublisher {
  /** @throws Error when the bus did not take it within a few seconds. */
  publish(tenant: Tenant, detailType: string, detail: unknown): Promise<void>;
}

/** Takes down every change of configuration. */
export interface AuditTrail {
  /** @throws whatever kept the entry from being stored; that it could not be published is only logged. */
  record(change: AuditedChange): Promise<void>;
}
