/** Mails may come this much earlier than evenly spaced ones would, so that a few at once need not wait. */
export const BURST_MS = 5_000;

/**
 * Earliest time a mail is put off to: `release` looks ahead each minute, and what is due sooner than the run after next
 * would come back late, and with others.
 */
const AHEAD_MS = 75_000;

/**
 * How far ahead slots are given away. Whoever would have to wait longer waits without one and asks again: a line that
 * reaches hours into the future would outlive a higher rate, and the mails in it.
 */
export const LINE_MS = 15 * 60_000;

/** How late a mail may use its slot. Later than that, too many slots of the past would be used at once. */
const LATE_MS = 5_000;

/** A slot of a transport's rate, taken for one mail beforehand. */
export interface Permit {
  /** The transport it is good for. */
  readonly transportId: string;
  /** The rate it was given under: another one has another line. */
  readonly perMinute: number;
  /** When the mail may go out, ISO-8601. */
  readonly at: string;
}

/** How the slots of a line are given away. */
export interface LineRule {
  /** Slots a minute, evenly spaced; fractions are fine. */
  readonly perMinute: number;
  /** How much earlier than evenly spaced ones slots may come, in milliseconds. */
  readonly burstMs: number;
  /** How far ahead slots are given away, in milliseconds. */
  readonly lengthMs: number;
}

/** How far the slots of a line are taken. */
export interface RateLine {
  /** The first free time, milliseconds since the epoch. */
  readonly freeAtMs: number;
  readonly perMinute: number;
}

/** Slots as they were taken, and the line after them. */
export interface Reservation {
  /** Milliseconds since the epoch, at most one for each mail: fewer when the line is too long for more. */
  readonly slotsMs: readonly number[];
  readonly line: RateLine;
}

/**
 * Takes slots of a line: evenly spaced (GCRA, ITU-T I.371), so that no border of a minute doubles the rate. In any time
 * window of W seconds at most W seconds' worth of mails have one, and a burst's.
 * @param line undefined when no slot was ever taken. One of another rate is as long as its mails take at the new one.
 */
export const reserveSlots = (
  line: RateLine | undefined,
  nowMs: number,
  count: number,
  { perMinute, burstMs, lengthMs }: LineRule,
): Reservation => {
  const gapMs = 60_000 / perMinute;
  const slotsMs: number[] = [];
  let next = Math.max(freeAtOf(line, nowMs, perMinute), nowMs);
  while (slotsMs.length < count) {
    const slot = next <= nowMs + burstMs ? next : Math.max(next, nowMs + AHEAD_MS);
    if (slot > nowMs + lengthMs) break;
    slotsMs.push(slot);
    next = slot + gapMs;
  }
  return { slotsMs, line: { freeAtMs: next, perMinute } };
};

const freeAtOf = (line: RateLine | undefined, nowMs: number, perMinute: number): number => {
  if (line === undefined) return nowMs;
  const takenMs = Math.max(0, line.freeAtMs - nowMs);
  return nowMs + (takenMs * line.perMinute) / perMinute;
};

/**
 * When a mail asks again that found the line too long. Before the line has come to its end, so that no slot stays free.
 * @param random a number in [0, 1).
 */
export const askAgainAtMs = (nowMs: number, random: number): number => nowMs + LINE_MS * (0.5 + random / 2);

/** Whether a mail with this slot goes out at once. */
export const isNow = (slotMs: number, nowMs: number): boolean => slotMs <= nowMs + BURST_MS;

/** Whether a mail still has a slot, to be waited for or to be used. */
export const isGood = (
  permit: Permit | undefined,
  transportId: string,
  perMinute: number,
  now: Date,
): permit is Permit =>
  permit?.transportId === transportId &&
  permit.perMinute === perMinute &&
  now.getTime() <= Date.parse(permit.at) + LATE_MS;
