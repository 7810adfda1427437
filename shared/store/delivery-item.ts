import type { Delivery } from "../domain/delivery.ts";

/** A delivery as the table returns it. Only our own conditional writes make these items. */
export type DeliveryItem = Omit<Delivery, "dueAt"> & {
  readonly pk: string;
  readonly sk: string;
  /** Tries settled so far: what a job must know to claim the next one. */
  readonly tries: number;
  readonly leaseUntil?: string;
  readonly dueAt?: string;
  readonly job?: string;
};

/** The delivery within an item, without what only the store needs. */
export const toDelivery = (item: DeliveryItem): Delivery => ({
  id: item.id,
  scope: item.scope,
  eventId: item.eventId,
  recipient: item.recipient,
  state: item.state,
  possibleDuplicate: item.possibleDuplicate,
  provider: item.provider,
  messageId: item.messageId,
  ruleIds: item.ruleIds,
  subject: item.subject,
  attempts: item.attempts,
  dueAt: item.dueAt ?? null,
  createdAt: item.createdAt,
  updatedAt: item.updatedAt,
});
