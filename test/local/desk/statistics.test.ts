import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { percentile } from "../../../bench/statistics.ts";

describe("a percentile", () => {
  test.each([
    { share: 0.5, expected: 3 },
    { share: 0.95, expected: 5 },
    { share: 1, expected: 5 },
    { share: 0.2, expected: 1 },
  ])("of 1 to 5 at $share is $expected", ({ share, expected }) => {
    expect(percentile([5, 3, 1, 4, 2], share)).toBe(expected);
  });

  test("is a value that at least that share of all values does not exceed", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const value = percentile(values, percent / 100);

        expect(values).toContain(value);
        expect(values.filter((one) => one <= value).length).toBeGreaterThanOrEqual((values.length * percent) / 100);
      }),
    );
  });

  test("of nothing is an error", () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});
