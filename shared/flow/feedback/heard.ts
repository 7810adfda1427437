import { PUBLISHED } from "../../contracts/bus.ts";
import type { Report } from "../../contracts/sendgrid-events.ts";
import { type Delivery, type DeliveryState, stateAfter } from "../../domain/delivery.ts";
import type { FeedbackKind } from "../../domain/feedback.ts";
import { deliveryFacts } from "../announce.ts";
import type { Heard } from "../feedback-ports.ts";
import type { Notice } from "../waiting-ports.ts";

/**
 * Most events that are kept of a delivery, which must stay far below the 400 KB of an item. Beyond them only those are
 * kept that change its state.
 */
const MAX_FEEDBACK = 50;

/** What a provider says of a mail that it merely has. */
const ON_ITS_WAY: readonly FeedbackKind[] = ["processed", "deferred"];

/**
 * The reports that say something new of a delivery, in the order of time. While a sender holds it, that the provider has
 * it is what the sender is about to record itself.
 */
export const freshIn = (seen: Delivery, reports: readonly Report[]): readonly Report[] => {
  const ids = new Set(seen.feedback.map(({ id }) => id));
  const fresh: Report[] = [];
  let { state } = seen;
  for (const report of reports.toSorted((a, b) => a.feedback.at.localeCompare(b.feedback.at))) {
    const { id, kind } = report.feedback;
    if (ids.has(id) || (isHeld(seen) && ON_ITS_WAY.includes(kind))) continue;
    const next = stateAfter(state, [kind]);
    if (next === state && seen.feedback.length + fresh.length >= MAX_FEEDBACK) continue;
    ids.add(id);
    fresh.push(report);
    state = next;
  }
  return fresh;
};

/** Whether a sender holds a delivery: nobody else may change it. */
export const isHeld = ({ state }: Pick<Delivery, "state">): boolean => state === "sending";

/** States in which nobody was sure that a provider has the mail. */
const UNSURE: readonly DeliveryState[] = [
  "deferred",
  "ambiguous",
  "held",
  "rejected",
  "expired",
  "suppressed",
  "cancelled",
];

/** How a delivery stands after fresh reports. */
export const heardOf = (seen: Delivery, fresh: readonly Report[]): Heard => {
  const feedback = fresh.map((report) => report.feedback);
  return {
    state: stateAfter(
      seen.state,
      feedback.map(({ kind }) => kind),
    ),
    // Only a second try that may have been taken makes a second copy.
    possibleDuplicate: seen.possibleDuplicate && handedOver(seen) > 1,
    note: UNSURE.includes(seen.state) ? CONFIRMED : seen.note,
    feedback,
  };
};

const CONFIRMED = "The provider told afterwards that it had taken the mail.";

/** Tries after which the provider may have had the mail. */
const handedOver = ({ attempts }: Delivery): number =>
  attempts.filter((attempt) => attempt.class === "accepted" || attempt.class === "ambiguous").length;

/** States that feedback leads to, as they are told on the bus. */
const TOLD: Readonly<Partial<Record<DeliveryState, string>>> = {
  accepted: PUBLISHED.deliveryAccepted,
  delivered: PUBLISHED.deliveryDelivered,
  bounced: PUBLISHED.deliveryBounced,
  complained: PUBLISHED.deliveryComplained,
};

/** What the bus is told when a delivery has got to another state; undefined when it has not. */
export const noticeOf = (seen: Delivery, { state, possibleDuplicate, note, feedback }: Heard, now: Date) => {
  const detailType = TOLD[state];
  if (state === seen.state || detailType === undefined) return undefined;
  const {
    kind: reason,
    enhancedCode,
    text,
  } = feedback.findLast(({ kind }) => stateAfter("sending", [kind]) === state) ?? {
    kind: null,
    enhancedCode: null,
    text: null,
  };
  const outcome = { state, possibleDuplicate, provider: seen.provider, note, reason, code: null, enhancedCode, text };
  return { detailType, detail: { ...deliveryFacts(seen), ...outcome, at: now.toISOString() } } satisfies Notice;
};
