import { PUBLISHED } from "../../contracts/bus.ts";
import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { DeliveryState } from "../../domain/delivery.ts";
import { type AnnounceDeps, announceAll, deliveryFacts } from "../announce.ts";
import type { Claim, Settlement } from "../ports.ts";
import type { Notice } from "../waiting-ports.ts";

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

/** Tells on the bus how the mails of a batch ended, after the last of them. Never throws. */
export const announceEnds = (deps: AnnounceDeps, ends: readonly DeliveryEnd[]): Promise<void> => {
  const at = deps.now().toISOString();
  return announceAll(
    deps,
    ends.flatMap((end) => toNotice(end, at)),
  );
};

const toNotice = ({ job, claim: { delivery }, settlement }: DeliveryEnd, at: string): Notice[] => {
  const detailType = TOLD[settlement.state];
  if (detailType === undefined) return [];
  const { state, provider, possibleDuplicate, subject, note } = settlement;
  const { reason = null, code = null, enhancedCode = null, text = null } = settlement.attempts.at(-1) ?? {};
  const outcome = { subject, state, possibleDuplicate, provider, note, reason, code, enhancedCode, text };
  const detail = { ...deliveryFacts(delivery), ...outcome, tries: settlement.tries, at };
  // Deliveries of before the item told it.
  return [{ detailType, detail: job.isTest ? { ...detail, isTest: true } : detail }];
};
