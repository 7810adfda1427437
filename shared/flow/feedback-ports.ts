import type { Delivery, DeliveryId, DeliveryState } from "../domain/delivery.ts";
import type { Feedback } from "../domain/feedback.ts";
import type { Tenant } from "../domain/scope.ts";

/** How a delivery stands once a provider has told more of it. */
export interface Heard {
  readonly state: DeliveryState;
  readonly possibleDuplicate: boolean;
  readonly note: string | null;
  /** What is new. */
  readonly feedback: readonly Feedback[];
}

/** Deliveries, for those who hear what became of them. */
export interface HeardDeliveries {
  /** Undefined: it was never there, or was kept long enough. */
  find(tenant: Tenant, id: DeliveryId): Promise<Delivery | undefined>;
  /**
   * Stores what was heard of a delivery and ends whatever wait it is in. False, and nothing changed: it is not as it was
   * seen any more.
   */
  hear(seen: Delivery, heard: Heard, now: Date): Promise<boolean>;
}
