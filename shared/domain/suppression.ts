import { addressKey, type EmailAddress } from "./address.ts";
import type { DeliveryId } from "./delivery.ts";

/**
 * How an address came onto a suppression list: a mail server does not know it, its owner marked a mail as spam or wants
 * no more of them, or an administrator put it there.
 */
export type SuppressionCause = "bounced" | "complained" | "unsubscribed" | "manual";

/** An address that a tenant does not mail; one that is `unsubscribed`, not for the sake of rules. */
export interface Suppression {
  readonly address: EmailAddress;
  readonly cause: SuppressionCause;
  /** The words of the server that refused it, or of the person who put it there. */
  readonly reason: string | null;
  /** The mail that was refused. */
  readonly deliveryId: DeliveryId | null;
  readonly createdAt: string;
  /** Whoever put it there; `tidings` for what it does by itself, `recipient` for whoever unsubscribed. */
  readonly createdBy: string;
}

/** A {@link Suppression} before it is on the list. */
export type NewSuppression = Omit<Suppression, "createdAt" | "createdBy">;

/**
 * How an address on a list stands, in the words of event records: `suppressed` gets no mail at all, `unsubscribed` none
 * that rules cause.
 */
export type Standing = "suppressed" | "unsubscribed";

/** A suppression list as it is kept in memory: by what two spellings of an address have in common (`addressKey`). */
export type SuppressionList = ReadonlyMap<string, Standing>;

/** How an address stands that is on the list for this cause; one that is not known stops everything. */
export const standingFor = (cause: unknown): Standing => (cause === "unsubscribed" ? "unsubscribed" : "suppressed");

/** How an address stands, however it is capitalised; undefined: it is not on the list. */
export const standingIn = (list: SuppressionList, address: EmailAddress): Standing | undefined =>
  list.get(addressKey(address));

/**
 * Whether an entry of the first cause takes the place of one of the second: only of `unsubscribed`, which stops less
 * than any other. All others keep what was known first.
 */
export const takesPlaceOf = (cause: SuppressionCause, known: SuppressionCause): boolean =>
  standingFor(cause) === "suppressed" && standingFor(known) === "unsubscribed";
