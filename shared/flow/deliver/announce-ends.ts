import { PUBLISHED } from "../../contracts/bus.ts";
import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { DeliveryState } from "../../domain/delivery.ts";
import type { Log } from "../../domain/log.ts";
import type { Claim, Settlement } from "../ports.ts";
import type { Announcer, Notice } from "../waiting-ports.ts";

/** What telling the world needs. */
export interface AnnounceDeps {
  readonly announcer: Announcer;
  readonly log: Log;
  readonly now: () => Date;
}

/** How a delivery stands after its sender is done with it. */
export interface DeliveryEnd {
  readonly job: DeliverJob;
  readonly claim: Claim;
  readonly settlement: Settlement;
}

/** States that are told: ends, and the one that waits for a person. */
const TOLD: Readonly<Partial<Record<DeliveryState, string>>> = {
  accepted: PUBLISHED.deliveryAccepted,
  rejected: PUBLISHED.deliveryRejected,
  expired: PUBLISHED.deliveryExpired,
  held: PUBLISHED.deliveryHeld,
  suppressed: PUBLISHED.deliverySuppressed,
};

/**
 * Tells on the bus how the mails of a batch ended, all in one go after the last of them. Never throws: the deliveries
 * are stored, and whoever needs to be sure asks the API. So an end is told at most once.
 */
export const announceEnds = async (
  { announcer, log, now }: AnnounceDeps,
  ends: readonly DeliveryEnd[],
): Promise<void> => {
  const at = now().toISOString();
  const notices = ends.flatMap((end) => toNotice(end, at));
  if (notices.length === 0) return;
  try {
    const lost = await announcer.publishAll(notices);
    if (lost > 0) log.warn("delivery.not-announced", { count: lost });
  } catch (error) {
    log.error("delivery.not-announced", { count: notices.length }, error);
  }
};

const toNotice = ({ job, claim: { delivery }, settlement }: DeliveryEnd, at: string): Notice[] => {
  const detailType = TOLD[settlement.state];
  if (detailType === undefined) return [];
  const { state, provider, possibleDuplicate, subject, note } = settlement;
  const { reason = null, code = null, enhancedCode = null, text = null } = settlement.attempts.at(-1) ?? {};
  const { id, scope, eventId, pipelineId, recipient, messageId, ruleIds } = delivery;
  const what = { id, scope, eventId, pipelineId, recipient, messageId, ruleIds, subject };
  const outcome = { state, possibleDuplicate, provider, note, reason, code, enhancedCode, text };
  const detail = { ...what, ...outcome, tries: settlement.tries, at, ...(job.isTest ? { isTest: true } : {}) };
  return [{ detailType, detail }];
};
