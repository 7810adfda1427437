import { addressKey, type EmailAddress } from "./address.ts";
import type { DeliveryId } from "./delivery.ts";

/**
 * How an address came onto a suppression list: a mail server does not know it, its owner marked a mail as spam or wants
 * no more of them, or an administrator put it there.
 */
export type SuppressionCause = "bounced" | "complained" | "unsubscribed" | "manual";

/** An address that a tenant does not mail, whatever its rules and messages say. */
export interface Suppression {
  readonly address: EmailAddress;
  readonly cause: SuppressionCause;
  /** The words of the server that refused it, or of the person who put it there. */
  readonly reason: string | null;
  /** The mail that was refused. */
  readonly deliveryId: DeliveryId | null;
  readonly createdAt: string;
  /** Whoever put it there; `tidings` for what it does by itself. */
  readonly createdBy: string;
}

/** A {@link Suppression} before it is on the list. */
export type NewSuppression = Omit<Suppression, "createdAt" | "createdBy">;

/** The addresses on a suppression list, as what two spellings of them have in common (`addressKey`). */
export type SuppressedKeys = ReadonlySet<string>;

/** Whether an address is on a suppression list, however it is capitalised. */
export const isSuppressed = (suppressed: SuppressedKeys, address: EmailAddress): boolean =>
  suppressed.has(addressKey(address));
