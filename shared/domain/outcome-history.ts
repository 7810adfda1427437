import type { PipelineEvent } from "./event.ts";
import { outcomeOf, type PipelineOutcome } from "./pipeline-outcome.ts";

/** Most outcomes kept for one pipeline and branch: the latest. */
export const MAX_HISTORY = 50;

/** How one run ended, and what was known of the run before it when it was judged. */
export interface OutcomeEntry {
  readonly eventId: string;
  /** When the run ended, ISO-8601 UTC with milliseconds. */
  readonly at: string;
  /** What people call the run; null when it has none, or one that cannot be counted with. */
  readonly run: number | null;
  readonly outcome: PipelineOutcome;
  /** The outcome that came before it in time, as far as it had arrived; null: none was known. */
  readonly before: PipelineOutcome | null;
}

/** An ISO-8601 instant: a date, a time and a zone. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** What an event says about how a run ended; undefined when it says nothing about that. */
export const outcomeIn = (event: PipelineEvent, receivedAt: string): Omit<OutcomeEntry, "before"> | undefined => {
  const outcome = outcomeOf(event);
  return outcome === undefined
    ? undefined
    : { eventId: event.id, at: endOf(event, receivedAt), run: countOf(event.run?.number), outcome };
};

const countOf = (number: number | undefined): number | null => (Number.isSafeInteger(number) ? (number ?? null) : null);

/**
 * When a run ended: `endedAt`, or the bus's time where that is no instant. Nothing that was told by `receivedAt` ended
 * later than that; a clock that is wrong by years would otherwise make every later outcome an old one.
 */
const endOf = ({ endedAt = "", time }: PipelineEvent, receivedAt: string): string => {
  const told = [endedAt, time].filter((text) => INSTANT.test(text)).map((text) => Date.parse(text));
  const received = Date.parse(receivedAt);
  return new Date(Math.min(told.find(Number.isFinite) ?? received, received)).toISOString();
};

/**
 * Puts an outcome where it belongs in a history in the order of time, and answers the outcome before it. An event that
 * is in the history already is not put in again and gets the answer it got first.
 */
export const placeOutcome = (
  history: readonly OutcomeEntry[],
  arrived: Omit<OutcomeEntry, "before">,
): { readonly before: PipelineOutcome | undefined; readonly history: readonly OutcomeEntry[] } => {
  const known = history.find(({ eventId }) => eventId === arrived.eventId);
  if (known !== undefined) return { before: known.before ?? undefined, history };
  const earlier = history.filter((entry) => compareEnds(entry, arrived) <= 0);
  const before = earlier.at(-1)?.outcome;
  const entries = [...earlier, { ...arrived, before: before ?? null }, ...history.slice(earlier.length)];
  return { before, history: entries.slice(-MAX_HISTORY) };
};

/** By time, then by the number of the run; those that are equal in both stay in the order of arrival. */
export const compareEnds = (a: End, b: End): number =>
  a.at === b.at ? (a.run ?? -1) - (b.run ?? -1) : a.at < b.at ? -1 : 1;

type End = Pick<OutcomeEntry, "at" | "run">;
