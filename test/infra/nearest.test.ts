import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearest } from "../../infra/nearest.ts";

describe("edit distance", () => {
  test.each([
    { from: "", to: "", distance: 0 },
    { from: "retry", to: "", distance: 5 },
    { from: "retri", to: "retry", distance: 1 },
    { from: "kitten", to: "sitting", distance: 3 },
  ])("from '$from' to '$to' is $distance", ({ from, to, distance }) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  test("is zero only for equal texts and the same in both directions", () => {
    void fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, other) => {
        expect(editDistance(one, other)).toBe(editDistance(other, one));
        expect(editDistance(one, other) === 0).toBe(one === other);
      }),
    );
  });
});

test("the nearest candidate is found whatever the letter case", () => {
  const found = nearest("RETRY.BASESECOND", ["retry.capSeconds", "retry.baseSeconds"]);

  expect(found).toEqual({ candidate: "retry.baseSeconds", distance: 1 });
});
