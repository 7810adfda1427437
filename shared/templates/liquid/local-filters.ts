import { type Context, toValue } from "liquidjs";
import { charge, FORMATTER_UNITS } from "./budget.ts";
import type { TemplateFilter } from "./filters.ts";
import { numberOf, textOf } from "./values.ts";

/** How a mail words dates and numbers. */
export interface Locality {
  /** A BCP 47 tag that `Intl` knows. */
  readonly locale: string;
  /** An IANA time zone. */
  readonly timezone: string;
}

const STYLES = ["short", "medium", "long", "full"] as const;

/** Instants as events have them (RFC 3339). Without a zone, the machine's own would decide what they mean. */
const INSTANT_FORM = /^\d{4}-\d{2}-\d{2}T[\d:.]{5,20}(?:Z|[+-]\d{2}:?\d{2})$/;

const localityOf = (context: Context): Locality => context.globals as Locality;

const styleOf = (given: unknown): (typeof STYLES)[number] => {
  const style = STYLES.find((one) => one === (given ?? "medium"));
  if (style === undefined) throw new Error(`the style of a date or time must be one of ${STYLES.join(", ")}`);
  return style;
};

/** An instant in the reader's words; anything else is shown as it is. */
const instant =
  (shown: { readonly date: boolean; readonly time: boolean }): TemplateFilter =>
  (value, [given], context) => {
    const style = styleOf(given);
    const text = textOf(value);
    const ms = INSTANT_FORM.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(ms)) return text;
    charge(context, FORMATTER_UNITS);
    const { locale, timezone } = localityOf(context);
    const { time } = shown;
    // "long" and "full" times name their zone.
    const timeStyle = time && style === "medium" ? "short" : style;
    return new Intl.DateTimeFormat(locale, {
      timeZone: timezone,
      ...(shown.date ? { dateStyle: style } : {}),
      ...(time ? { timeStyle } : {}),
    }).format(ms);
  };

/** Units with the seconds of one, largest first. */
const UNITS = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
  { unit: "second", seconds: 1 },
] as const;

/** Seconds in their two largest units, "4 min 12 sec"; nothing when there is no such time. */
const duration: TemplateFilter = (given, _args, context) => {
  const value: unknown = toValue(given);
  if (typeof value !== "number" || !(value >= 0)) return "";
  let left = Math.floor(value);
  const parts = UNITS.map(({ unit, seconds }) => {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    return { unit, count };
  });
  const largest = parts.findIndex(({ count }) => count > 0);
  const shown = largest < 0 ? parts.slice(-1) : parts.slice(largest, largest + 2).filter(({ count }) => count > 0);
  charge(context, FORMATTER_UNITS);
  const { locale } = localityOf(context);
  return shown
    .map(({ unit, count }) =>
      new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(count),
    )
    .join(" ");
};

const number: TemplateFilter = (value, _args, context) => {
  charge(context, FORMATTER_UNITS);
  return new Intl.NumberFormat(localityOf(context).locale).format(numberOf(value));
};

/** The filters that word dates, times and numbers in the language and time zone of the mail. */
export const LOCAL_FILTERS: Readonly<Record<string, TemplateFilter>> = {
  /** An instant as day and time. */
  date: instant({ date: true, time: true }),
  day: instant({ date: true, time: false }),
  time: instant({ date: false, time: true }),
  duration,
  number,
};
