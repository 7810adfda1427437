import { oneLine } from "./printable.ts";

/** Instants that name their zone. Without one, the machine's own zone would decide what they mean. */
const INSTANT_FORM = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/;

/** Says an instant in words; undefined when the text is none. */
export type InstantWords = (instant: string | undefined) => string | undefined;

const FORM: Intl.DateTimeFormatOptions = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
};

/** Language of mails that no brand says otherwise of. */
const OWN_LANGUAGE = "en-GB";

/** Longest instant in the words of any language. */
const MAX_INSTANT_CHARS = 80;

/** Units with their size and the size of the next larger one, in seconds. */
const UNITS = [
  { unit: "d", seconds: 86_400, nextSeconds: Number.POSITIVE_INFINITY },
  { unit: "h", seconds: 3_600, nextSeconds: 86_400 },
  { unit: "min", seconds: 60, nextSeconds: 3_600 },
  { unit: "s", seconds: 1, nextSeconds: 60 },
];

const millisecondsOf = (instant: string | undefined): number =>
  instant !== undefined && INSTANT_FORM.test(instant) ? Date.parse(instant) : Number.NaN;

const wordsBy =
  (format: Intl.DateTimeFormat): InstantWords =>
  (instant) => {
    const ms = millisecondsOf(instant);
    return Number.isNaN(ms) ? undefined : oneLine(format.format(ms), MAX_INSTANT_CHARS);
  };

/** An ISO-8601 instant as people write it, `20 Nov 2026, 14:30:05 UTC`. */
export const instantWords: InstantWords = wordsBy(new Intl.DateTimeFormat(OWN_LANGUAGE, { ...FORM, timeZone: "UTC" }));

/**
 * Says instants in a language and a time zone.
 * @param locale a BCP 47 tag; absent or not known: British English.
 * @param timezone an IANA name; absent or not known: UTC.
 */
export const instantWordsIn = (locale: string | undefined, timezone: string | undefined): InstantWords => {
  if (locale === undefined && timezone === undefined) return instantWords;
  const language = locale !== undefined && isKnown(locale, "UTC") ? locale : OWN_LANGUAGE;
  const timeZone = timezone !== undefined && isKnown(OWN_LANGUAGE, timezone) ? timezone : "UTC";
  return wordsBy(new Intl.DateTimeFormat(language, { ...FORM, timeZone }));
};

const isKnown = (locale: string, timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat(locale, { timeZone }) !== undefined;
  } catch {
    return false;
  }
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
