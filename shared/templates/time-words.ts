/** Instants that name their zone. Without one, the machine's own zone would decide what they mean. */
const INSTANT_FORM = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/;

const UTC = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** Units with their size and the size of the next larger one, in seconds. */
const UNITS = [
  { unit: "d", seconds: 86_400, nextSeconds: Number.POSITIVE_INFINITY },
  { unit: "h", seconds: 3_600, nextSeconds: 86_400 },
  { unit: "min", seconds: 60, nextSeconds: 3_600 },
  { unit: "s", seconds: 1, nextSeconds: 60 },
];

const millisecondsOf = (instant: string | undefined): number =>
  instant !== undefined && INSTANT_FORM.test(instant) ? Date.parse(instant) : Number.NaN;

/** An ISO-8601 instant as people write it, `20 Nov 2026, 14:30:05 UTC`; undefined when it is none. */
export const instantWords = (instant: string | undefined): string | undefined => {
  const ms = millisecondsOf(instant);
  return Number.isNaN(ms) ? undefined : `${UTC.format(ms)} UTC`;
};

/** The time between two instants in its two largest units, `4 min 12 s`; undefined when there is no such time. */
export const durationWords = (startedAt: string | undefined, endedAt: string | undefined): string | undefined => {
  const seconds = Math.floor((millisecondsOf(endedAt) - millisecondsOf(startedAt)) / 1_000);
  if (Number.isNaN(seconds) || seconds < 0) return undefined;
  if (seconds === 0) return "under 1 s";
  const counts = UNITS.map(({ unit, ...size }) => ({
    unit,
    count: Math.floor((seconds % size.nextSeconds) / size.seconds),
  }));
  const largest = counts.findIndex(({ count }) => count > 0);
  const shown = counts.slice(largest, largest + 2).filter(({ count }) => count > 0);
  return shown.map(({ unit, count }) => `${count} ${unit}`).join(" ");
};
