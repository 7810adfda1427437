import { describe, expect, test } from "vitest";
import { digestBody, quietHoursBody } from "../../../shared/contracts/bodies/digest.ts";
import { issuesOf } from "../issues-of.ts";

const NIGHT = { from: "22:00", to: "07:00", timezone: "Europe/Berlin" };

describe("a rule's digest", () => {
  test("is of the whole rule unless it says otherwise", () => {
    expect(digestBody.parse({ window: "PT15M" })).toEqual({ window: "PT15M", by: "rule" });
    expect(digestBody.parse({ window: "PT1H", by: "pipeline" })).toEqual({ window: "PT1H", by: "pipeline" });
  });

  test.each([
    { title: "no window", body: {}, path: "window" },
    { title: "a window of days", body: { window: "P1D" }, path: "window" },
    { title: "a window of no length", body: { window: "PT0M" }, path: "window" },
    { title: "a window of more than a day", body: { window: "PT24H1M" }, path: "window" },
    { title: "another way to share", body: { window: "PT15M", by: "stage" }, path: "by" },
    { title: "an unknown field", body: { window: "PT15M", at: "09:00" }, path: "at" },
  ])("is refused with $title, at $path", ({ body, path }) => {
    expect(issuesOf(digestBody, body)).toEqual([expect.stringMatching(`^${path}:`)]);
  });

  test("is told what windows there are", () => {
    expect(issuesOf(digestBody, { window: "15 minutes" })).toEqual([
      'window: must be hours and minutes such as "PT15M" or "PT1H30M", from PT1M to PT24H',
    ]);
  });
});

describe("a rule's quiet hours", () => {
  test("are kept as they are given", () => {
    expect(quietHoursBody.parse(NIGHT)).toEqual(NIGHT);
    expect(quietHoursBody.parse({ ...NIGHT, except: "error" })).toEqual({ ...NIGHT, except: "error" });
  });

  test.each([
    { title: "a time that no clock shows", different: { from: "24:00" }, path: "from" },
    { title: "a time in words", different: { to: "7 am" }, path: "to" },
    { title: "no length", different: { to: "22:00" }, path: "to" },
    { title: "an unknown zone", different: { timezone: "Europe/Atlantis" }, path: "timezone" },
    { title: "an offset for a zone", different: { timezone: "+01:00" }, path: "timezone" },
    { title: "an unknown severity", different: { except: "fatal" }, path: "except" },
  ])("are refused with $title, at $path", ({ different, path }) => {
    expect(issuesOf(quietHoursBody, { ...NIGHT, ...different })).toEqual([expect.stringMatching(`^${path}:`)]);
  });
});
