import { createHash } from "node:crypto";
import { addressKey, type EmailAddress } from "./address.ts";
import type { SendOutcome, SendPhase } from "./outcome.ts";
import type { Scope, Tenant } from "./scope.ts";

/** Identity of one mail to one recipient. It sorts by time and tells its day, so that a store finds it by id alone. */
export type DeliveryId = string & { readonly __brand: "DeliveryId" };

/** Where a delivery stands. `sending` is held under a lease; see {@link TERMINAL_STATES} for the ends. */
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
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** States nothing on the sending path leaves again. */
export const TERMINAL_STATES: readonly DeliveryState[] = ["accepted", "rejected", "expired", "suppressed", "cancelled"];

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
  readonly subject: string | null;
  /** What an administrator should know about how the mail was made, such as a template that failed, or what it waits for. */
  readonly note: string | null;
  readonly attempts: readonly Attempt[];
  /** Of a digest, looked at by itself: the events in it so far, at most 1,000. */
  readonly eventIds?: readonly string[] | undefined;
  /** When it is tried next, for the states that wait. */
  readonly dueAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const ID_FORM = /^(\d{4})(\d{2})(\d{2})T\d{9}-[0-9a-f]{32}$/;

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

/** The day (`2026-11-20`) an id belongs to. */
export const dayOf = (id: DeliveryId): string => id.replace(ID_FORM, "$1-$2-$3");
