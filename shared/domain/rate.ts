/** Mails may come this much earlier than evenly spaced ones would, so that a few at once need not wait. */
const BURST_MS = 5_000;

/**
 * Earliest time a mail is put off to: `release` looks ahead each minute, and what is due sooner than the run after next
 * would come back late, and with others.
 */
const AHEAD_MS = 75_000;

/** How late a mail may use its slot. Later than that, too many slots of the past would be used at once. */
const LATE_MS = 60_000;

/** A slot of a transport's rate, taken for one mail beforehand. */
export interface Permit {
  /** The transport it is good for. */
  readonly transportId: string;
  /** When the mail may go out, ISO-8601. */
  readonly at: string;
}

/** Slots as they were taken, and the first free time after them. */
export interface Reservation {
  /** Milliseconds since the epoch, one for each mail. */
  readonly slotsMs: readonly number[];
  readonly freeAtMs: number;
}

/**
 * Takes slots for mails of a transport that may send so many a minute: evenly spaced (GCRA, ITU-T I.371), so that no
 * border of a minute doubles the rate. In any time window of W seconds at most W + 5 seconds' worth of mails have one.
 * @param freeAtMs the first time not taken yet.
 */
export const reserveSlots = (freeAtMs: number, nowMs: number, count: number, perMinute: number): Reservation => {
  const gapMs = 60_000 / perMinute;
  const slotsMs: number[] = [];
  let next = Math.max(freeAtMs, nowMs);
  for (let taken = 0; taken < count; taken += 1) {
    if (!isNow(next, nowMs)) next = Math.max(next, nowMs + AHEAD_MS);
    slotsMs.push(next);
    next += gapMs;
  }
  return { slotsMs, freeAtMs: next };
};

/** Whether a mail with this slot goes out at once. */
export const isNow = (slotMs: number, nowMs: number): boolean => slotMs <= nowMs + BURST_MS;

/** Whether a mail still has a slot, to be waited for or to be used. */
export const isGood = (permit: Permit | undefined, transportId: string, now: Date): permit is Permit =>
  permit?.transportId === transportId && now.getTime() <= Date.parse(permit.at) + LATE_MS;
