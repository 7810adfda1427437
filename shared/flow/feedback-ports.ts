import type { Delivery, DeliveryId, DeliveryState } from "../domain/delivery.ts";
import type { Feedback } from "../domain/feedback.ts";
import type { Tenant } from "../domain/scope.ts";

/** A delivery as it was seen. */
export interface SeenDelivery {
  readonly delivery: Delivery;
  /** Until when a sender holds it, ISO-8601; undefined when none does. */
  readonly heldUntil: string | undefined;
}

/** How a delivery stands once a provider has told more of it. */
export interface Heard extends Pick<Delivery, "possibleDuplicate" | "provider" | "note"> {
  readonly state: DeliveryState;
  /** What is new. */
  readonly feedback: readonly Feedback[];
}

/** Deliveries, for those who hear what became of them. */
export interface HeardDeliveries {
  /** Undefined: it was never there, or was kept long enough. */
  find(tenant: Tenant, id: DeliveryId): Promise<SeenDelivery | undefined>;
  /**
   * Stores what was heard of a delivery and ends whatever it waits for. False, and nothing changed: it is not as it was
   * seen any more.
   */
  hear(seen: Delivery, heard: Heard, now: Date): Promise<boolean>;
}
