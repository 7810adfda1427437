import { createHash } from "node:crypto";
import { addressKey, type EmailAddress } from "./address.ts";
import type { Feedback, FeedbackKind } from "./feedback.ts";
import type { SendOutcome, SendPhase } from "./outcome.ts";
import type { Scope, Tenant } from "./scope.ts";

/** Identity of one mail to one recipient. It sorts by time and tells its day, so that a store finds it by id alone. */
export type DeliveryId = string & { readonly __brand: "DeliveryId" };

/**
 * Where a delivery stands. `sending` is held under a lease; see {@link TERMINAL_STATES} for the ends. The last three are
 * what a provider told of a mail that it had accepted, see {@link stateAfter}.
 */
export const DELIVERY_STATES = [
  "sending",
  "accepted",
  "deferred",
  "rejected",
  "ambiguous",
  "held",
  "expired",
  "suppressed",
  "cancelled",
  "delivered",
  "bounced",
  "complained",
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** States that somebody is still at, or may be told to be. */
const UNDER_WAY: readonly DeliveryState[] = ["sending", "deferred", "ambiguous", "held"];

/** States nothing on the sending path leaves again. */
export const TERMINAL_STATES: readonly DeliveryState[] = DELIVERY_STATES.filter((state) => !UNDER_WAY.includes(state));

/** The states that feedback leads to, in the order in which one may follow another. */
const HEARD_STATES = ["accepted", "delivered", "bounced", "complained"] as const;

/** A state that feedback leads to. */
export type HeardState = (typeof HEARD_STATES)[number];

/** What each kind of feedback proves at least. Whoever unsubscribes has got the mail, or another of its kind. */
export const PROVES: Readonly<Record<FeedbackKind, HeardState>> = {
  processed: "accepted",
  deferred: "accepted",
  unsubscribed: "accepted",
  delivered: "delivered",
  bounced: "bounced",
  dropped: "bounced",
  complained: "complained",
};

/**
 * The state of a delivery after some feedback, in whatever order it came: a mail is never less far than it was, and a
 * server that took it and sends it back afterwards (RFC 3461 section 6) has not delivered it.
 */
export const stateAfter = (state: DeliveryState, heard: readonly FeedbackKind[]): DeliveryState =>
  heard
    .map((kind) => PROVES[kind])
    .reduce<DeliveryState>((far, next) => (rankOf(next) > rankOf(far) ? next : far), state);

/** Whether a delivery is in a state in which its provider has it for sure. */
export const isHandedOver = (state: DeliveryState): boolean => rankOf(state) >= 0;

/** All that is not the provider's word comes before it: even a mail that was given up is there if the provider has it. */
const rankOf = (state: DeliveryState): number => (HEARD_STATES as readonly DeliveryState[]).indexOf(state);

/** One try at sending, as recorded. Attempts are appended; of a great many, the first ones and the latest are kept. */
export interface Attempt {
  /** When the try began, ISO-8601. */
  readonly at: string;
  readonly ms: number;
  readonly phase: SendPhase;
  readonly class: "accepted" | Extract<SendOutcome, { kind: "failed" }>["class"];
  /** Why it failed (see `FAILURE_REASONS`); null when it did not. */
  readonly reason: string | null;
  /** The server's reply number. */
  readonly code: number | null;
  readonly enhancedCode: string | null;
  readonly text: string | null;
  readonly provider: "smtp" | "sendgrid" | null;
}

/** One mail to one recipient: the unit of truth. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly scope: Scope;
  readonly eventId: string;
  /** The pipeline the mail is about, if it is about one. */
  readonly pipelineId: string | null;
  readonly recipient: EmailAddress;
  readonly state: DeliveryState;
  /** True once a second copy may have gone out: an earlier try may have been taken. */
  readonly possibleDuplicate: boolean;
  readonly provider: "smtp" | "sendgrid" | null;
  /** Empty until the first try. */
  readonly messageId: string;
  readonly ruleIds: readonly string[];
  /** Set on samples that somebody asked for. */
  readonly isTest?: true | undefined;
  readonly subject: string | null;
  /** What an administrator should know about how the mail was made, such as a template that failed, or what it waits for. */
  readonly note: string | null;
  readonly attempts: readonly Attempt[];
  /** What the provider told since, in the order in which it came. */
  readonly feedback: readonly Feedback[];
  /** Of a digest, looked at by itself: the events in it so far, at most 1,000. */
  readonly eventIds?: readonly string[] | undefined;
  /** When it is tried next, for the states that wait. */
  readonly dueAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const ID_FORM = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})-[0-9a-f]{32}$/;

/**
 * The id of the mail that an event causes for a recipient, however the address is capitalised. A replay of the event
 * meets the same id.
 * @param time when the event was first received, ISO-8601.
 */
export const deliveryIdOf = (tenant: Tenant, eventId: string, recipient: EmailAddress, time: string): DeliveryId => {
  const digest = createHash("sha256")
    .update(JSON.stringify([tenant, eventId, addressKey(recipient)]))
    .digest("hex");
  return `${deliveryIdStart(new Date(time))}-${digest.slice(0, 32)}` as DeliveryId;
};

/** What the ids of a moment begin with: ids sort by it. */
export const deliveryIdStart = (time: Date): string => time.toISOString().replace(/[-:.Z]/g, "");

/** A text as a delivery id, or undefined when it cannot be one. */
export const parseDeliveryId = (text: string): DeliveryId | undefined =>
  ID_FORM.test(text) ? (text as DeliveryId) : undefined;

/** The time an id was made with. */
export const timeOf = (id: DeliveryId): Date => new Date(id.replace(ID_FORM, "$1-$2-$3T$4:$5:$6.$7Z"));

/** The day (`2026-11-20`) an id belongs to. */
export const dayOf = (id: DeliveryId): string => id.replace(ID_FORM, "$1-$2-$3");
