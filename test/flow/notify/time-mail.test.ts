import { describe, expect, test } from "vitest";
import type { Rule } from "../../../shared/domain/rule.ts";
import { plannedOutcome, timingOf } from "../../../shared/flow/notify/time-mail.ts";
import { anEvent, aRule } from "../../fakes/builders.ts";

const NOON = "2026-11-20T12:00:00.000Z";
const MIDNIGHT = "2026-11-21T00:00:00.000Z";

const AT_ONCE = aRule();
const NIGHT = { from: "22:00", to: "07:00", timezone: "UTC" };
const BY_DAY = aRule({ id: "by-day", quietHours: NIGHT });
const LATE_RISER = aRule({ id: "late-riser", quietHours: { ...NIGHT, to: "10:00" } });
const DIGEST = aRule({ id: "digest", digest: { window: "PT15M", by: "rule" } });
const HOURLY = aRule({ id: "hourly", digest: { window: "PT1H", by: "rule" } });

const outcome = (rules: readonly Rule[], receivedAt: string, event = anEvent()) =>
  plannedOutcome(timingOf(rules, event, receivedAt));

describe("a mail", () => {
  test("goes out at once by a rule that does not say otherwise", () => {
    expect(outcome([AT_ONCE], MIDNIGHT)).toEqual({ outcome: "queued" });
  });

  test("goes out at once by day, and by night when quiet hours are over", () => {
    expect(outcome([BY_DAY], NOON)).toEqual({ outcome: "queued" });
    expect(outcome([BY_DAY], MIDNIGHT)).toEqual({
      outcome: "held-for-quiet-hours",
      dueAt: "2026-11-21T07:00:00.000Z",
    });
  });

  test("goes with others at the end of its window", () => {
    expect(outcome([DIGEST], NOON)).toEqual({ outcome: "in-digest", dueAt: "2026-11-20T12:15:00.000Z" });
  });

  test("that no rule asked for, only an override, goes out at once", () => {
    expect(outcome([], MIDNIGHT)).toEqual({ outcome: "queued" });
  });
});

describe("of the rules that name somebody, the most urgent decides:", () => {
  test.each([
    { title: "at once before quiet hours", rules: [BY_DAY, AT_ONCE], expected: { outcome: "queued" } },
    { title: "at once before a digest", rules: [DIGEST, AT_ONCE], expected: { outcome: "queued" } },
    {
      title: "the earlier end of quiet hours",
      rules: [LATE_RISER, BY_DAY],
      expected: { outcome: "held-for-quiet-hours", dueAt: "2026-11-21T07:00:00.000Z" },
    },
    {
      title: "quiet hours before a digest",
      rules: [DIGEST, BY_DAY],
      expected: { outcome: "held-for-quiet-hours", dueAt: "2026-11-21T07:00:00.000Z" },
    },
    {
      title: "the first digest",
      rules: [HOURLY, DIGEST],
      expected: { outcome: "in-digest", dueAt: "2026-11-21T01:00:00.000Z" },
    },
  ])("$title", ({ rules, expected }) => {
    expect(outcome(rules, MIDNIGHT)).toEqual(expected);
  });
});

describe("severities that quiet hours do not hold", () => {
  const rule = aRule({ quietHours: { ...NIGHT, except: "warning" } });

  test.each([
    { severity: "info", held: true },
    { severity: "success", held: true },
    { severity: "warning", held: false },
    { severity: "error", held: false },
  ] as const)("$severity is held: $held", ({ severity, held }) => {
    expect(outcome([rule], MIDNIGHT, anEvent({ severity })).outcome).toBe(held ? "held-for-quiet-hours" : "queued");
  });

  test("wait for their digest's window only", () => {
    const digest = aRule({ digest: { window: "PT15M", by: "rule" }, quietHours: { ...NIGHT, except: "error" } });

    expect(outcome([digest], MIDNIGHT, anEvent({ severity: "error" })).dueAt).toBe("2026-11-21T00:15:00.000Z");
    expect(outcome([digest], MIDNIGHT, anEvent({ severity: "info" })).dueAt).toBe("2026-11-21T07:00:00.000Z");
  });
});
