import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesWildcard } from "../../shared/domain/wildcard.ts";

describe("a wildcard pattern", () => {
  test.each([
    ["*", "", true],
    ["*", "PipelineFailed", true],
    ["**", "anything", true],
    ["", "", true],
    ["", "x", false],
    ["PipelineFailed", "PipelineFailed", true],
    ["PipelineFailed", "pipelinefailed", false],
    ["PipelineFailed", "PipelineFailedAgain", false],
    ["Stage*", "StageFailed", true],
    ["Stage*", "Stage", true],
    ["Stage*", "PreStage", false],
    ["*Failed", "StageFailed", true],
    ["*Failed", "FailedStage", false],
    ["Pipeline*ed", "PipelinePaused", true],
    ["Pipeline*ed", "PipelineStart", false],
    ["a*a", "a", false],
    ["ab*ba", "aba", false],
    ["*a*b*", "xxbxa", false],
    ["*a*b*", "xxaxb", true],
    ["a.c", "abc", false],
    ["[a-z]+", "abc", false],
  ])("%j against %j gives %j", (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  test("means what trying every way of stretching the stars means", () => {
    const naive = (pattern: string, text: string): boolean => {
      if (pattern === "") return text === "";
      if (pattern.startsWith("*")) {
        return naive(pattern.slice(1), text) || (text !== "" && naive(pattern, text.slice(1)));
      }
      return text.startsWith(pattern.charAt(0)) && naive(pattern.slice(1), text.slice(1));
    };

    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 }),
        fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 10 }),
        (pattern, text) => {
          expect(matchesWildcard(pattern, text)).toBe(naive(pattern, text));
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("answers at once where trying every way would take ages", () => {
    expect(matchesWildcard(`${"*a".repeat(5_000)}*b`, "a".repeat(200_000))).toBe(false);
  });
});
