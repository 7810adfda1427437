import type { AccessTokenAnswer } from "../contracts/access-token.ts";
import type { DeliverJob } from "../contracts/deliver-job.ts";
import type { Brand } from "../domain/brand.ts";
import type { Attempt, Delivery } from "../domain/delivery.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { EventRecord } from "../domain/event-record.ts";
import type { Group } from "../domain/group.ts";
import type { SettingsEdition } from "../domain/last-test.ts";
import type { StoredMailSettings } from "../domain/mail-settings.ts";
import type { Message } from "../domain/message.ts";
import type { Pattern } from "../domain/pattern.ts";
import type { PipelineOutcome } from "../domain/pipeline-outcome.ts";
import type { PipelineOverride } from "../domain/pipeline-override.ts";
import type { RuleIndex } from "../domain/rule-index.ts";
import type { Scope, Tenant } from "../domain/scope.ts";
import type { TemplateContent, TemplateRef } from "../domain/template.ts";
import type { Suppressing } from "./suppression-ports.ts";
import type { Parking } from "./waiting-ports.ts";

/** What one tenant has configured for deciding who is told what. */
export interface RoutingConfig extends Suppressing {
  readonly scopes: ReadonlySet<Scope>;
  readonly rulesAt: (scope: Scope) => RuleIndex;
  readonly groupAt: (scope: Scope, id: string) => Group | undefined;
  readonly overrideAt: (scope: Scope, pipelineId: string) => PipelineOverride | undefined;
  readonly templateAt: (scope: Scope, id: string) => TemplateRef | undefined;
  readonly brandAt: (scope: Scope) => Brand | undefined;
  /** Domains that may be mailed, as the tenant's own scope names them; empty: all. */
  readonly recipientDomains: readonly string[];
}

/** What one tenant has configured for sending, by scope. */
export interface SendingConfig {
  readonly settings: ReadonlyMap<Scope, StoredMailSettings & SettingsEdition>;
  readonly brands: ReadonlyMap<Scope, Brand>;
}

/**
 * Configuration by tenant, kept in memory. One call checks the version of each tenant asked for, in one read for all,
 * and loads only what changed. The answer always holds `system` too.
 */
export interface ConfigSource<T> {
  load(tenants: Iterable<Tenant>): Promise<ReadonlyMap<Tenant, T>>;
}

/** A registration of AWS events that is in force. */
export interface RegisteredAwsSource {
  readonly scope: Scope;
  /** Over the whole event as it is on the default bus. */
  readonly pattern: Pattern;
}

/** Which of AWS's own events belong to whom, over all tenants, kept in memory. */
export interface AwsSourceDirectory {
  /** All registrations in force. A change is seen at once, and after a minute even when its announcement was lost. */
  load(): Promise<readonly RegisteredAwsSource[]>;
}

/** What the receipt of an event id says when one more copy of an event comes in. */
export type Receipt =
  /** Taken in now, or by a run that did not finish: (go on to) route it, as of `receivedAt`. */
  | { readonly kind: "fresh"; readonly receivedAt: string }
  /** The very same bus event was routed already: nothing to do. */
  | { readonly kind: "redelivery" }
  /** Published again with the same body. */
  | { readonly kind: "duplicate" }
  /** Published again with another body; the first one stands. */
  | { readonly kind: "conflict" };

/** What is stored about events. */
export interface EventStore {
  /** Takes in an event or a message once per id. `busEventId` tells a redelivery from a second publication. */
  receive(tenant: Tenant, said: PipelineEvent | Message, busEventId: string, now: Date): Promise<Receipt>;
  /** Stores what became of a received event. */
  recordRouted(tenant: Tenant, record: EventRecord): Promise<void>;
  /** Stores that a bus event led to nothing. Repeating it changes nothing, and a routed event of that id stays. */
  recordTurnedAway(tenant: Tenant, record: EventRecord, busEventId: string): Promise<void>;
  /** The event as it was received, for jobs that do not carry it. */
  read(tenant: Tenant, eventId: string): Promise<PipelineEvent | undefined>;
  /** The message as it was received. */
  readMessage(tenant: Tenant, messageId: string): Promise<Message | undefined>;
  /** Those of the events that are stored, in any order. At most 100 ids, none twice. */
  readMany(tenant: Tenant, eventIds: readonly string[]): Promise<readonly PipelineEvent[]>;
}

/** How pipelines and stages ended, by branch: what rules with `when` look at. */
export interface OutcomeStore {
  /**
   * Notes how the event's pipeline or stage ended and answers the outcome before it: undefined when none is known, or
   * when the event tells no end. The same event gets the same answer again.
   * @param receivedAt when the event was first received, ISO-8601.
   * @throws Error when too many others write about the same pipeline at the same time.
   */
  note(tenant: Tenant, event: PipelineEvent, receivedAt: string): Promise<PipelineOutcome | undefined>;
  /** The same answer without noting anything. */
  peek(tenant: Tenant, event: PipelineEvent, receivedAt: string): Promise<PipelineOutcome | undefined>;
}

/** The queue between deciding and sending. */
export interface Outbox {
  /**
   * Enqueues the jobs in as few requests as possible and answers those that could not be enqueued.
   * @param delaySecondsOf whole seconds, at most 900, for which the queue keeps a job back; none given: not at all.
   */
  send(jobs: readonly DeliverJob[], delaySecondsOf?: (job: DeliverJob) => number): Promise<readonly DeliverJob[]>;
}

/** Where a message goes that nobody can be told about. */
export interface DeadLetters {
  put(body: string, reason: string): Promise<void>;
}

/** A delivery held for one try. `leaseId` proves that the claim is ours. */
export interface Claim {
  readonly delivery: Delivery;
  readonly job: DeliverJob;
  /** Tries made before this one. Late attempts of senders that lost their lease do not count. */
  readonly tries: number;
  /** Since when the mail may be sent, ISO-8601: the time after which it is given up counts from here. */
  readonly sendableFrom: string;
  readonly leaseId: string;
}

/** What claiming a delivery can come to. */
export type ClaimResult =
  | { readonly kind: "claimed"; readonly claim: Claim }
  /** Sent, given up, or waiting elsewhere: this message has nothing left to do. */
  | { readonly kind: "finished" }
  /** Another sender holds it; ask again after its lease. */
  | { readonly kind: "busy" }
  /** Its sender died holding it: nobody knows whether the mail went out. */
  | { readonly kind: "abandoned"; readonly claim: Claim };

/** How a delivery stands after a try. */
export interface Settlement {
  readonly state: Delivery["state"];
  /** One for each provider that was asked, in order; none for a mail that only waits on. */
  readonly attempts: readonly Attempt[];
  /** Tries the delivery has behind it now: a mail that was only parked keeps its number. */
  readonly tries: number;
  /** The provider asked last: the one that carried the mail, if any did. */
  readonly provider: Delivery["provider"];
  readonly possibleDuplicate: boolean;
  readonly subject: string | null;
  readonly note: string | null;
  /** When to try again, and with which job; null when nothing waits. */
  readonly waiting: { readonly dueAt: string; readonly job: DeliverJob } | null;
}

/** What is stored about deliveries: two writes for a mail that goes through. */
export interface DeliveryStore {
  /**
   * Lets a mail wait without a claim. False, and nothing changed: it is being sent, has ended, is further on than the
   * job knows, or is too old.
   */
  park(job: DeliverJob, parking: Parking, now: Date): Promise<boolean>;
  claim(job: DeliverJob, messageId: string, leaseUntil: string, now: Date): Promise<ClaimResult>;
  /**
   * Stores the outcome of a try. False: the lease was lost meanwhile. The attempts are kept all the same, and a mail
   * that was accepted counts as accepted unless the delivery has ended already: nobody is to try it again. Storing the
   * same outcome once more changes nothing.
   */
  settle(claim: Claim, settlement: Settlement, now: Date): Promise<boolean>;
}

/** Access tokens of connected mailboxes. */
export interface AccessTokens {
  /**
   * A token for the mailbox of the settings given at this very scope. Never throws for what the issuer said.
   * @param identity what the caller logs in as and by which secret: no token of another one may be remembered for it.
   */
  get(scope: Scope, identity: string): Promise<AccessTokenAnswer>;
}

/** A tenant's secret with what it was given for. */
export interface SecretValue {
  readonly secret: string;
  readonly binding: string;
}

/** Reads secrets, and remembers them by version. */
export interface SecretReader {
  /** Undefined when that version does not exist any more. */
  read(scope: Scope, versionId: string): Promise<SecretValue | undefined>;
}

/** Contents of templates, by what they are named in a {@link TemplateRef}. */
export interface TemplateContents {
  /** Undefined when nothing of that name was ever stored for the tenant. */
  get(tenant: Tenant, contentId: string): Promise<TemplateContent | undefined>;
}
