import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultSeverity, EVENT_TYPES } from "../../shared/domain/event.ts";
import { reaches, SEVERITIES } from "../../shared/domain/severity.ts";

const severity = fc.constantFrom(...SEVERITIES);

describe("a severity", () => {
  test("reaches every threshold up to itself", () => {
    const reached = SEVERITIES.map((one) => SEVERITIES.filter((threshold) => reaches(one, threshold)));

    expect(reached).toEqual([
      ["info"],
      ["info", "success"],
      ["info", "success", "warning"],
      ["info", "success", "warning", "error"],
    ]);
  });

  test("reaches a missing threshold", () => {
    fc.assert(
      fc.property(severity, (one) => {
        expect(reaches(one, undefined)).toBe(true);
      }),
    );
  });

  test("is ordered: of two, one reaches the other, and both only when they are equal", () => {
    fc.assert(
      fc.property(severity, severity, (a, b) => {
        expect(reaches(a, b) || reaches(b, a)).toBe(true);
        expect(reaches(a, b) && reaches(b, a)).toBe(a === b);
      }),
    );
  });
});

describe("the severity of an event that states none", () => {
  test.each(Object.entries(EVENT_TYPES))("is for %s %s", (type, expected) => {
    expect(defaultSeverity(type)).toBe(expected);
  });

  test.each(["Deployed", "constructor", "toString", "__proto__", ""])("is info for %j", (type) => {
    expect(defaultSeverity(type)).toBe("info");
  });
});
