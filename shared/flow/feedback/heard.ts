import { type Delivery, isHandedOver, PROVES, stateAfter } from "../../domain/delivery.ts";
import type { FeedbackReport } from "../../domain/feedback-report.ts";
import { noticeOf } from "../announce.ts";
import type { Heard } from "../feedback-ports.ts";
import type { Notice } from "../waiting-ports.ts";

/**
 * Most events that are kept of a delivery, which must stay far below the 400 KB of an item. Beyond them only those are
 * kept that change its state or say something of the address.
 */
const MAX_FEEDBACK = 50;

/** The reports that say something new of a delivery, in the order of time. */
export const freshIn = (seen: Delivery, reports: readonly FeedbackReport[]): readonly FeedbackReport[] => {
  const ids = new Set(seen.feedback.map(({ id }) => id));
  const fresh: FeedbackReport[] = [];
  let { state } = seen;
  for (const report of reports.toSorted((a, b) => a.feedback.at.localeCompare(b.feedback.at))) {
    const { id, kind } = report.feedback;
    const next = stateAfter(state, [kind]);
    const isNews = next !== state || report.suppresses !== null;
    if (ids.has(id) || (!isNews && seen.feedback.length + fresh.length >= MAX_FEEDBACK)) continue;
    ids.add(id);
    fresh.push(report);
    state = next;
  }
  return fresh;
};

/** The one provider that tells. */
const TELLER = "sendgrid";

/** How a delivery stands after fresh reports. */
export const heardOf = (seen: Delivery, fresh: readonly FeedbackReport[]): Heard => {
  const feedback = fresh.map((report) => report.feedback);
  return {
    state: stateAfter(
      seen.state,
      feedback.map(({ kind }) => kind),
    ),
    possibleDuplicate: seen.possibleDuplicate && mayBeDouble(seen),
    provider: TELLER,
    note: isHandedOver(seen.state) ? seen.note : CONFIRMED,
    feedback,
  };
};

const CONFIRMED = "The provider told afterwards that it had taken the mail.";

/** Whether there may be two copies: two tries may have been taken, or one by somebody who tells nothing. */
const mayBeDouble = ({ attempts }: Delivery): boolean => {
  const taken = attempts.filter((attempt) => attempt.class === "accepted" || attempt.class === "ambiguous");
  return taken.length > 1 || taken.some(({ provider }) => provider !== null && provider !== TELLER);
};

/** What the bus is told when a delivery has got to another state, by the last event that says so; undefined when not. */
export const heardNotice = (seen: Delivery, heard: Heard, now: Date): Notice | undefined => {
  const { state, possibleDuplicate, provider, note } = heard;
  const cause = heard.feedback.findLast(({ kind }) => PROVES[kind] === state);
  if (state === seen.state || cause === undefined) return undefined;
  const { kind: reason, enhancedCode, text } = cause;
  return noticeOf(seen, { state, possibleDuplicate, provider, note, reason, code: null, enhancedCode, text }, now);
};
