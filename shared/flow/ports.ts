import type { AccessTokenAnswer } from "../contracts/access-token.ts";
import type { DeliverJob } from "../contracts/deliver-job.ts";
import type { EmailAddress } from "../domain/address.ts";
import type { Attempt, Delivery } from "../domain/delivery.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { EventRecord } from "../domain/event-record.ts";
import type { Group } from "../domain/group.ts";
import type { SettingsEdition } from "../domain/last-test.ts";
import type { ProviderSettings, StoredMailSettings } from "../domain/mail-settings.ts";
import type { SendOutcome, SendPhase } from "../domain/outcome.ts";
import type { RenderedMail } from "../domain/rendered-mail.ts";
import type { Rule } from "../domain/rule.ts";
import type { Scope, Tenant } from "../domain/scope.ts";

/** What one tenant has configured for deciding who is told what. */
export interface RoutingConfig {
  readonly scopes: ReadonlySet<Scope>;
  readonly rulesAt: (scope: Scope) => readonly Rule[];
  readonly groupAt: (scope: Scope, id: string) => Group | undefined;
}

/** What one tenant has configured for sending, by scope. */
export type SendingConfig = ReadonlyMap<Scope, StoredMailSettings & SettingsEdition>;

/**
 * Configuration by tenant, kept in memory. One call checks the version of each tenant asked for, in one read for all,
 * and loads only what changed. The answer always holds `system` too.
 */
export interface ConfigSource<T> {
  load(tenants: Iterable<Tenant>): Promise<ReadonlyMap<Tenant, T>>;
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
  /** Takes in an event once per id. `busEventId` tells a redelivery from a second publication. */
  receive(tenant: Tenant, event: PipelineEvent, busEventId: string, now: Date): Promise<Receipt>;
  /** Stores what became of a received event. */
  recordRouted(tenant: Tenant, record: EventRecord): Promise<void>;
  /** Stores that a bus event led to nothing. Repeating it changes nothing, and a routed event of that id stays. */
  recordTurnedAway(tenant: Tenant, record: EventRecord, busEventId: string): Promise<void>;
  /** The event as it was received, for jobs that do not carry it. */
  read(tenant: Tenant, eventId: string): Promise<PipelineEvent | undefined>;
}

/** The queue between deciding and sending. */
export interface Outbox {
  /** Enqueues the jobs in as few requests as possible and answers those that could not be enqueued. */
  send(jobs: readonly DeliverJob[]): Promise<readonly DeliverJob[]>;
}

/** Where a message goes that nobody can be told about. */
export interface DeadLetters {
  put(body: string, reason: string): Promise<void>;
}

/** A delivery held for one try. `leaseUntil` proves that the claim is ours. */
export interface Claim {
  readonly delivery: Delivery;
  /** Tries made before this one. Late attempts of senders that lost their lease do not count. */
  readonly tries: number;
  readonly leaseUntil: string;
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
  readonly attempt: Attempt;
  readonly possibleDuplicate: boolean;
  readonly subject: string | null;
  /** When to try again, and with which job; null when nothing waits. */
  readonly waiting: { readonly dueAt: string; readonly job: DeliverJob } | null;
}

/** What is stored about deliveries: two writes for a mail that goes through. */
export interface DeliveryStore {
  claim(job: DeliverJob, messageId: string, leaseUntil: string, now: Date): Promise<ClaimResult>;
  /** Stores the outcome of a try. False: the lease was lost meanwhile; the attempt is kept all the same. */
  settle(claim: Claim, settlement: Settlement, now: Date): Promise<boolean>;
}

/** A mail ready for any provider. One recipient: partial acceptance cannot happen. */
export interface OutgoingMail {
  readonly from: { readonly name?: string | undefined; readonly address: EmailAddress };
  readonly replyTo: { readonly name?: string | undefined; readonly address: EmailAddress } | null;
  readonly to: EmailAddress;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** With angle brackets, as in the header. */
  readonly messageId: string;
  /** Message-IDs of the thread the mail belongs to, oldest first. */
  readonly references: readonly string[];
  readonly deliveryId: string;
}

/** One step of a send, as it ended. */
export interface SendStep {
  readonly name: SendPhase;
  readonly ok: boolean;
  readonly ms: number;
  /** A sentence for administrators, free of secrets and of foreign banners. */
  readonly detail: string | null;
}

/** A way to send, opened for one set of settings and one version of its secrets. */
export interface Provider {
  readonly kind: ProviderSettings["kind"];
  /**
   * Sends one mail before the signal fires. Never throws for what the server did.
   * @param watch told of each step as it ends; a kept session skips the steps it has behind it.
   */
  send(mail: OutgoingMail, signal: AbortSignal, watch?: (step: SendStep) => void): Promise<SendOutcome>;
  /** Closes what is open; sends under way end first. */
  close(): void;
}

/** What a provider logs in with. */
export interface ProviderSecrets {
  /** The password or API key. */
  readonly login?: string | undefined;
  readonly proxyPassword?: string | undefined;
  /** Asked whenever a session logs in with OAuth 2.0; answers from memory while its token is good. */
  readonly accessToken?: (() => Promise<AccessTokenAnswer>) | undefined;
  /** Whose access tokens these are, and by which client secret. */
  readonly tokenIdentity?: string | undefined;
}

/** Opens providers and keeps them for the next mail of the same settings and secret versions. */
export interface Providers {
  open(scope: Scope, provider: ProviderSettings, secrets: ProviderSecrets): Provider;
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

/** Makes the mail of an event. Cannot fail. */
export type Render = (event: PipelineEvent) => RenderedMail;

/** A delivery that is due. */
export interface DueDelivery {
  readonly pk: string;
  readonly sk: string;
  readonly dueAt: string;
}

/** The index of waiting deliveries. */
export interface DueIndex {
  /** At most `limit` deliveries due at `now`, earliest first. */
  due(now: Date, limit: number): Promise<readonly DueDelivery[]>;
  /**
   * Takes a due delivery for release and answers its job. Its due time moves to `againAt`, so that a job lost on the
   * way to the queue comes back by itself. Undefined: it was taken meanwhile.
   */
  take(due: DueDelivery, againAt: Date): Promise<DeliverJob | undefined>;
}
