import type { Delivery } from "../../domain/delivery.ts";
import { type AnnounceDeps, announceAll, noticeOf, type Stand } from "../announce.ts";
import type { Claim, Settlement } from "../ports.ts";

/** How a delivery stands after its sender is done with it. */
export interface DeliveryEnd {
  readonly claim: Claim;
  readonly settlement: Settlement;
}

/** Tells on the bus how the mails of a batch ended, after the last of them. Never throws. */
export const announceEnds = (deps: AnnounceDeps, ends: readonly DeliveryEnd[]): Promise<void> => {
  const at = deps.now();
  return announceAll(
    deps,
    ends.flatMap(
      ({ claim, settlement }) => noticeOf(deliveryAfter(claim, settlement), standAfter(settlement), at) ?? [],
    ),
  );
};

const deliveryAfter = ({ delivery }: Claim, { subject }: Settlement): Delivery => ({ ...delivery, subject });

/** The last word is that of the last attempt, and a sender knows how many tries there were. */
const standAfter = (settlement: Settlement): Stand & { readonly tries: number } => {
  const { state, provider, possibleDuplicate, note, tries } = settlement;
  const { reason = null, code = null, enhancedCode = null, text = null } = settlement.attempts.at(-1) ?? {};
  return { state, possibleDuplicate, provider, note, reason, code, enhancedCode, text, tries };
};
