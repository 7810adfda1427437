import type { Delivery } from "../domain/delivery.ts";
import type { Log } from "../domain/log.ts";
import type { Announcer, Notice } from "./waiting-ports.ts";

/** What telling the world needs. */
export interface AnnounceDeps {
  readonly announcer: Announcer;
  readonly log: Log;
  readonly now: () => Date;
}

/** What is told of a delivery, whoever tells it: which mail it is, and how it stands. */
export const deliveryFacts = (delivery: Delivery) => {
  const { id, scope, eventId, pipelineId, recipient, messageId, ruleIds, subject, isTest } = delivery;
  const facts = { id, scope, eventId, pipelineId, recipient, messageId, ruleIds, subject };
  return isTest ? { ...facts, isTest } : facts;
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
