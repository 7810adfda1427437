import { tzOffset } from "@date-fns/tz/tzOffset";
import type { QuietHours } from "./rule.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `07:30` on a clock of 24 hours. */
const TIME_FORM = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** A local time of day as milliseconds since midnight, or undefined when the text is none. */
export const parseTimeOfDay = (text: string): number | undefined => {
  const [matched, hours, minutes] = TIME_FORM.exec(text) ?? [];
  return matched === undefined ? undefined : (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
};

/** Whether a text names a time zone of the IANA database. Offsets such as `+02:00` do not: they know no summer. */
export const isTimeZone = (text: string): boolean => {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};

/**
 * When the quiet hours that an instant lies in are over; undefined when it lies in none. Quiet is whenever the clocks
 * of the zone show a time between `from` and `to`, also on days when they are changed: an hour that is skipped is not
 * waited for, and one that comes twice is quiet twice.
 */
export const quietUntil = (quiet: QuietHours, at: Date): Date | undefined => {
  const hours = readHours(quiet);
  return hours !== undefined && isQuiet(hours, at.getTime()) ? new Date(endOf(hours, at.getTime())) : undefined;
};

/** Quiet hours in milliseconds since midnight. */
interface Hours {
  readonly from: number;
  readonly to: number;
  readonly timezone: string;
}

/** Undefined for what cannot have been saved: nothing is held then. */
const readHours = ({ timezone, ...quiet }: QuietHours): Hours | undefined => {
  const [from, to] = [parseTimeOfDay(quiet.from), parseTimeOfDay(quiet.to)];
  return from === undefined || to === undefined ? undefined : { from, to, timezone };
};

/** NaN for a zone that this runtime does not know (any more): no time of day compares with it, so nothing is held. */
const offsetMs = ({ timezone }: Hours, atMs: number): number => tzOffset(timezone, new Date(atMs)) * MINUTE_MS;

const timeOfDay = (hours: Hours, atMs: number): number => (atMs + offsetMs(hours, atMs)) % DAY_MS;

const isQuiet = (hours: Hours, atMs: number): boolean => {
  const { from, to } = hours;
  const time = timeOfDay(hours, atMs);
  return from < to ? from <= time && time < to : from <= time || time < to;
};

/** Goes to the end as the clock runs now or, if it is changed on the way, to the change, and on from there. */
const endOf = (hours: Hours, atMs: number): number => {
  const end = atMs + ((hours.to - timeOfDay(hours, atMs) + DAY_MS) % DAY_MS);
  const change = findClockChange(hours, atMs, end);
  if (change === undefined) return end;
  return isQuiet(hours, change) ? endOf(hours, change) : change;
};

/** The first instant of another offset; undefined when both ends have the same. Clocks are changed on full minutes. */
const findClockChange = (hours: Hours, fromMs: number, toMs: number): number | undefined => {
  const offset = offsetMs(hours, fromMs);
  if (offsetMs(hours, toMs) === offset) return undefined;
  let [before, after] = [Math.floor(fromMs / MINUTE_MS), Math.ceil(toMs / MINUTE_MS)];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetMs(hours, middle * MINUTE_MS) === offset) before = middle;
    else after = middle;
  }
  return after * MINUTE_MS;
};
