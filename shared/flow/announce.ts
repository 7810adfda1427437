import { PUBLISHED } from "../contracts/bus.ts";
import type { Delivery, DeliveryState } from "../domain/delivery.ts";
import type { Log } from "../domain/log.ts";
import type { Announcer, Notice } from "./waiting-ports.ts";

/** What telling the world needs. */
export interface AnnounceDeps {
  readonly announcer: Announcer;
  readonly log: Log;
  readonly now: () => Date;
}

/** States that are told: ends, and the one that waits for a person. */
const TOLD: Readonly<Partial<Record<DeliveryState, string>>> = {
  accepted: PUBLISHED.deliveryAccepted,
  rejected: PUBLISHED.deliveryRejected,
  expired: PUBLISHED.deliveryExpired,
  held: PUBLISHED.deliveryHeld,
  suppressed: PUBLISHED.deliverySuppressed,
  delivered: PUBLISHED.deliveryDelivered,
  bounced: PUBLISHED.deliveryBounced,
  complained: PUBLISHED.deliveryComplained,
};

/** How a delivery stands, and by whose word. */
export interface Stand extends Pick<Delivery, "state" | "possibleDuplicate" | "provider" | "note"> {
  readonly reason: string | null;
  readonly code: number | null;
  readonly enhancedCode: string | null;
  readonly text: string | null;
}

/** What the bus is told of a delivery that has got to a state; undefined when nobody is told of that one. */
export const noticeOf = (delivery: Delivery, stand: Stand, at: Date): Notice | undefined => {
  const detailType = TOLD[stand.state];
  if (detailType === undefined) return undefined;
  const { id, scope, eventId, pipelineId, recipient, messageId, ruleIds, subject, isTest } = delivery;
  const mail = { id, scope, eventId, pipelineId, recipient, messageId, ruleIds, subject };
  return { detailType, detail: { ...mail, ...(isTest ? { isTest } : {}), ...stand, at: at.toISOString() } };
};

/**
 * Tells several things on the bus in one go. Never throws: what happened is stored, and whoever needs to be sure asks
 * the API. So each thing is told at most once.
 */
export const announceAll = async ({ announcer, log }: AnnounceDeps, notices: readonly Notice[]): Promise<void> => {
  if (notices.length === 0) return;
  try {
    const lost = await announcer.publishAll(notices);
    if (lost > 0) log.warn("delivery.not-announced", { count: lost });
  } catch (error) {
    log.error("delivery.not-announced", { count: notices.length }, error);
  }
};
