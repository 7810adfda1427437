import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PipelineEvent } from "../../shared/domain/event.ts";
import type { Rule } from "../../shared/domain/rule.ts";
import { SEVERITIES } from "../../shared/domain/severity.ts";
import { matchRules } from "../../shared/flow/match-rules.ts";
import { anEvent, aRule } from "../fakes/builders.ts";

const verdictOf = (event: Partial<PipelineEvent>, rule: Partial<Rule>) => {
  const [verdict] = matchRules(anEvent(event), [aRule(rule)]);
  if (verdict === undefined) throw new Error("no verdict");
  return verdict;
};

const deploy = { type: "StageFailed", stage: { id: "deploy" } } as const;

describe("a rule matches", () => {
  test.each<[string, Partial<PipelineEvent>, Partial<Rule>]>([
    ["an event it names", {}, { events: ["PipelineFailed"] }],
    ["one of several it names", {}, { events: ["StageStart", "PipelineFailed"] }],
    ["by a wildcard at the end", {}, { events: ["Pipeline*"] }],
    ["by a wildcard in front", {}, { events: ["*Failed"] }],
    ["everything by a star", { type: "CanaryGreen" }, { events: ["*"] }],
    ["a custom type", { type: "CanaryGreen" }, { events: ["CanaryGreen"] }],
    ["a stage it names", deploy, { events: ["Stage*"], stages: ["build", "deploy"] }],
    ["any stage when it says all", deploy, { events: ["Stage*"], stages: "all" }],
    ["a stage event without stage when it says all", { type: "StageFailed" }, { events: ["*"], stages: "all" }],
    ["other events whatever its stages", {}, { events: ["*"], stages: ["build"] }],
    ["a severity above its minimum", { severity: "error" }, { minSeverity: "warning" }],
    ["a severity at its minimum", { severity: "warning" }, { minSeverity: "warning" }],
    ["an event that overrides its severity", { severity: "info" }, { minSeverity: "info" }],
  ])("%s", (_, event, rule) => {
    const verdict = verdictOf(event, rule);

    expect(verdict).toMatchObject({ id: "on-failure", scope: "acme", matched: true });
    expect(verdict.reason).toContain("meets every condition");
  });
});

describe("a rule does not match", () => {
  test.each<[string, Partial<PipelineEvent>, Partial<Rule>, string]>([
    ["when it is disabled", {}, { enabled: false }, "The rule is disabled."],
    ["an event it does not name", {}, { events: ["StageFailed"] }, "PipelineFailed is not among its events (StageFail"],
    ["an event in other letters", {}, { events: ["pipelinefailed"] }, "is not among its events"],
    ["half a name", {}, { events: ["Pipeline"] }, "is not among its events"],
    ["a stage it does not name", deploy, { stages: ["build"] }, 'Stage "deploy" is not among its stages (build).'],
    ["a stage in other letters", deploy, { stages: ["Deploy"] }, "is not among its stages"],
    ["a stage event without stage", { type: "StageFailed" }, { stages: ["build"] }, 'Stage "" is not among its stages'],
    ["a lesser severity", { severity: "success" }, { minSeverity: "warning" }, "Severity success is below its minimum"],
  ])("%s, and says so", (_, event, rule, reason) => {
    const verdict = verdictOf(event, rule);

    expect(verdict.matched).toBe(false);
    expect(verdict.reason).toContain(reason);
  });

  test("for the first reason of several", () => {
    expect(verdictOf({}, { enabled: false, events: ["StageFailed"] }).reason).toBe("The rule is disabled.");
  });

  test("and names a few of its many events or stages", () => {
    const many = Array.from({ length: 50 }, (_, index) => `Type${index}`);

    expect(verdictOf({}, { events: many }).reason).toBe(
      "PipelineFailed is not among its events (Type0, Type1, Type2, Type3, Type4, 45 more).",
    );
    expect(verdictOf(deploy, { events: ["*"], stages: many }).reason.length).toBeLessThan(100);
  });
});

test("thresholds select exactly the severities from them upwards", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SEVERITIES), fc.constantFrom(...SEVERITIES), (severity, minSeverity) => {
      const { matched } = verdictOf({ severity }, { minSeverity });

      expect(matched).toBe(SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(minSeverity));
    }),
  );
});

test("every rule gets its verdict, in the order of the rules", () => {
  const rules = [aRule({ id: "a" }), aRule({ id: "b", enabled: false }), aRule({ id: "c" })];

  const verdicts = matchRules(anEvent(), rules);

  expect(verdicts.map(({ id, matched }) => [id, matched])).toEqual([
    ["a", true],
    ["b", false],
    ["c", true],
  ]);
});
