import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTimeZone, parseTimeOfDay, quietUntil } from "../../shared/domain/quiet-hours.ts";
import type { QuietHours } from "../../shared/domain/rule.ts";

const MINUTE_MS = 60_000;

/** Zones that go forward and back at different times of day, by an hour or by half an hour, and some that never do. */
const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "America/Sao_Paulo",
  "America/Santiago",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Pacific/Apia",
  "UTC",
];

const night = (timezone: string, from = "22:00", to = "07:00"): QuietHours => ({ from, to, timezone });

const end = (quiet: QuietHours, at: string): string | undefined => quietUntil(quiet, new Date(at))?.toISOString();

describe("quiet hours", () => {
  test.each([
    { title: "in the evening", at: "2026-11-20T22:30:00.000Z", until: "2026-11-21T06:00:00.000Z" },
    { title: "at their first instant", at: "2026-11-20T21:00:00.000Z", until: "2026-11-21T06:00:00.000Z" },
    { title: "at their last instant", at: "2026-11-21T05:59:59.999Z", until: "2026-11-21T06:00:00.000Z" },
    { title: "when they are just over", at: "2026-11-21T06:00:00.000Z", until: undefined },
    { title: "just before they begin", at: "2026-11-20T20:59:59.999Z", until: undefined },
  ])("over midnight hold until the morning $title: $until", ({ at, until }) => {
    expect(end(night("Europe/Berlin"), at)).toBe(until);
  });

  test("within a day hold until their end, and not outside", () => {
    const lunch = night("Asia/Kolkata", "12:30", "13:15");

    expect(end(lunch, "2026-11-20T07:00:00.000Z")).toBe("2026-11-20T07:45:00.000Z");
    expect(end(lunch, "2026-11-20T06:59:00.000Z")).toBeUndefined();
    expect(end(lunch, "2026-11-20T07:45:00.000Z")).toBeUndefined();
  });

  test("follow the clock through the night in which it goes forward", () => {
    expect(end(night("Europe/Berlin"), "2026-03-28T21:30:00.000Z")).toBe("2026-03-29T05:00:00.000Z");
  });

  test("follow the clock through the night in which it goes back", () => {
    expect(end(night("Europe/Berlin"), "2026-10-24T21:30:00.000Z")).toBe("2026-10-25T06:00:00.000Z");
  });

  test("that would end in the skipped hour end when it is skipped", () => {
    expect(end(night("Europe/Berlin", "22:00", "02:30"), "2026-03-28T22:00:00.000Z")).toBe("2026-03-29T01:00:00.000Z");
  });

  test("in the hour that comes twice are quiet twice", () => {
    const quiet = night("Europe/Berlin", "02:15", "02:45");

    expect(end(quiet, "2026-10-25T00:20:00.000Z")).toBe("2026-10-25T00:45:00.000Z");
    expect(end(quiet, "2026-10-25T00:50:00.000Z")).toBeUndefined();
    expect(end(quiet, "2026-10-25T01:20:00.000Z")).toBe("2026-10-25T01:45:00.000Z");
  });

  test("hold nothing in a zone that the runtime does not know (any more)", () => {
    expect(end(night("Mars/Olympus_Mons"), "2026-11-20T23:00:00.000Z")).toBeUndefined();
  });

  test("end at the first minute at which the clocks on the wall are outside, in every zone on every day", () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...ZONES), minutesOfDay, minutesOfDay, (at, timezone, from, to) => {
        fc.pre(from !== to);
        const quiet = { from: clock(from), to: clock(to), timezone };

        expect(quietUntil(quiet, at)?.getTime()).toBe(walk(quiet, at)?.getTime());
      }),
      { numRuns: 300 },
    );
  });

  test("end right whenever clocks are changed, for thirty years", () => {
    expect(ZONES.flatMap(clockChanges).length).toBeGreaterThan(300);
    for (const timezone of ZONES) {
      for (const changeMs of clockChanges(timezone)) {
        for (const [from, to] of AROUND_CHANGES) {
          const quiet = { from, to, timezone };
          const at = new Date(changeMs - 45 * MINUTE_MS);
          expect({ timezone, from, to, at, until: quietUntil(quiet, at) }).toEqual({
            ...quiet,
            at,
            until: walk(quiet, at),
          });
        }
      }
    }
  });
});

/** Full minutes and instants within one, of 2000 to 2040. */
const instants = fc
  .record({ day: fc.integer({ min: 10_957, max: 25_567 }), ms: fc.integer({ min: 0, max: 86_399_999 }) })
  .map(({ day, ms }) => new Date(day * 86_400_000 + ms));

const minutesOfDay = fc.integer({ min: 0, max: 1439 });

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

const AROUND_CHANGES = [
  ["22:00", "07:00"],
  ["23:30", "00:30"],
  ["00:15", "02:30"],
  ["01:45", "03:00"],
  ["02:30", "02:00"],
] as const;

const wallClocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock on a wall of the zone shows, `22:05`. */
const wallTime = (timeZone: string, atMs: number): string => {
  const format =
    wallClocks.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  wallClocks.set(timeZone, format);
  return format.format(atMs);
};

/** The same answer the slow way: minute after minute, looking at the clock. */
const walk = ({ from, to, timezone }: QuietHours, at: Date): Date | undefined => {
  const isQuiet = (ms: number): boolean => {
    const time = wallTime(timezone, ms);
    return from < to ? from <= time && time < to : from <= time || time < to;
  };
  if (!isQuiet(at.getTime())) return undefined;
  let ms = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
  while (isQuiet(ms)) ms += MINUTE_MS;
  return new Date(ms);
};

/** When the zone's clocks are changed in 2005 to 2035, to the minute. Not those changed back within a month. */
const clockChanges = (timezone: string): number[] => {
  const changes: number[] = [];
  const format = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" });
  const offsetAt = (ms: number): string => format.format(ms).split("GMT")[1] ?? "";
  const step = 30 * 86_400_000;
  for (let ms = Date.UTC(2005, 0); ms < Date.UTC(2036, 0); ms += step) {
    if (offsetAt(ms) === offsetAt(ms + step)) continue;
    let [before, after] = [ms, ms + step];
    while (after - before > MINUTE_MS) {
      const middle = Math.floor((before + after) / 2 / MINUTE_MS) * MINUTE_MS;
      if (offsetAt(middle) === offsetAt(ms)) before = middle;
      else after = middle;
    }
    changes.push(after);
  }
  return changes;
};

describe("a time of day", () => {
  test.each([
    ["00:00", 0],
    ["07:30", 27_000_000],
    ["23:59", 86_340_000],
  ])("%s is %d ms after midnight", (text, ms) => {
    expect(parseTimeOfDay(text)).toBe(ms);
  });

  test.each(["24:00", "7:30", "07:60", "0730", "", "07:30:00", " 07:30"])("is not '%s'", (text) => {
    expect(parseTimeOfDay(text)).toBeUndefined();
  });
});

describe("a time zone", () => {
  test.each(["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC"])("is '%s'", (text) => {
    expect(isTimeZone(text)).toBe(true);
  });

  test.each(["", "Europe/Atlantis", "+02:00", "-0500", "CEST", "Europe/Berlin "])("is not '%s'", (text) => {
    expect(isTimeZone(text)).toBe(false);
  });
});
