import { describe, expect, test } from "vitest";
import { durationWords, instantWords } from "../../shared/templates/time-words.ts";

const START = "2026-11-20T14:30:05.000Z";
const secondsLater = (seconds: number): string => new Date(Date.parse(START) + seconds * 1_000).toISOString();

describe("an instant in words", () => {
  test.each([
    [START, "20 Nov 2026, 14:30:05 UTC"],
    ["2026-11-20T00:00:00Z", "20 Nov 2026, 00:00:00 UTC"],
    ["2026-11-20T23:30:05-05:00", "21 Nov 2026, 04:30:05 UTC"],
  ])("is in UTC and says so: %s", (instant, words) => {
    expect(instantWords(instant)).toBe(words);
  });

  test.each([["2026-11-20T14:30:05"], ["2026-11-20"], ["yesterday"], ["2026-13-40T99:00:00Z"], [""], [undefined]])(
    "is left out when it would depend on the machine's zone or is none: %s",
    (instant) => {
      expect(instantWords(instant)).toBeUndefined();
    },
  );
});

describe("a duration in words", () => {
  test.each([
    [0.4, "under 1 s"],
    [1, "1 s"],
    [59.9, "59 s"],
    [60, "1 min"],
    [252, "4 min 12 s"],
    [3_605, "1 h"],
    [7_500, "2 h 5 min"],
    [86_400 * 3 + 3_600 * 4 + 59, "3 d 4 h"],
    [86_400 * 400, "400 d"],
  ])("has the two largest units: %d s", (seconds, words) => {
    expect(durationWords(START, secondsLater(seconds))).toBe(words);
  });

  test.each([
    ["the end is before the start", START, secondsLater(-1)],
    ["there is no end", START, undefined],
    ["there is no start", undefined, START],
    ["the end is no instant", START, "soon"],
  ])("is left out when %s", (_, startedAt, endedAt) => {
    expect(durationWords(startedAt, endedAt)).toBeUndefined();
  });
});
