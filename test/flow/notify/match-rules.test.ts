import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PipelineEvent } from "../../../shared/domain/event.ts";
import type { Rule } from "../../../shared/domain/rule.ts";
import { indexRules } from "../../../shared/domain/rule-index.ts";
import { SEVERITIES } from "../../../shared/domain/severity.ts";
import { judgeRules, matchRules, type Situation } from "../../../shared/flow/notify/match-rules.ts";
import { anEvent, aRule, later, NOW } from "../../fakes/builders.ts";

/** The verdict on one rule, which is also that of the search through an index. */
const verdictOf = (event: Partial<PipelineEvent>, rule: Partial<Rule>, different: Partial<Situation> = {}) => {
  const index = indexRules([aRule(rule)]);
  const situation = { event: anEvent(event), outcomeBefore: undefined, receivedAt: NOW.toISOString(), ...different };
  const [verdict] = judgeRules(situation, index.rules);
  if (verdict === undefined) throw new Error("no verdict");
  expect(matchRules(situation, [index])).toHaveLength(verdict.matched ? 1 : 0);
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
    ["a pipeline it names", {}, { pipelines: ["other", "build-api"] }],
    ["a pipeline by a wildcard", {}, { pipelines: ["build-*"] }],
    ["a branch by a wildcard", { branch: "release/1.2" }, { branches: ["main", "release/*"] }],
    ["an event of no pipeline when it names none", { pipeline: undefined }, {}],
    ["an event its filter fits", { data: { team: "pay" } }, { filter: { data: { team: ["pay"] } } }],
    ["by the id and the severity filled in", {}, { filter: { id: ["evt-1"], severity: [{ prefix: "err" }] } }],
    ["an array with one fitting element", { data: { tags: ["a", "b"] } }, { filter: { data: { tags: ["b"] } } }],
    ["a choice of its filter", {}, { filter: { $or: [{ branch: ["x"] }, { pipeline: { id: ["build-api"] } }] } }],
    ["what is absent", {}, { filter: { data: { team: [{ exists: false }] } } }],
    ["when its mute is over", {}, { mute: { until: NOW.toISOString() } }],
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
    ["a pipeline it does not name", {}, { pipelines: ["build", "*-web"] }, 'Pipeline "build-api" is not among its pip'],
    ["an event of no pipeline", { pipeline: undefined }, { pipelines: ["*"] }, "An event of no pipeline is not among"],
    [
      "a branch it does not name",
      { branch: "dev" },
      { branches: ["main"] },
      'Branch "dev" is not among its branches (ma',
    ],
    ["an event of no branch", {}, { branches: ["main"] }, "An event of no branch is not among its branches (main)."],
    [
      "what its filter refuses",
      {},
      { filter: { data: { team: ["pay"] } } },
      "does not fit its filter, first at data.team.",
    ],
    ["the bus's time in a filter", {}, { filter: { time: [{ exists: true }] } }, "not fit its filter, first at time."],
    ["a filter spoilt in the table", {}, { filter: { id: [{ no: 1 }] } }, "As it is stored the rule cannot be read"],
    [
      "while it is muted",
      {},
      { mute: { until: later(1).toISOString(), reason: "move" } },
      "is muted until 2026-11-20T12:00:01.000Z: move.",
    ],
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

test("an override's threshold takes the place of the rule's own", () => {
  const rule = { events: ["*"], minSeverity: "error" } as const;

  const lower = verdictOf({ severity: "warning" }, rule, { minSeverity: "warning" });
  const higher = verdictOf({ severity: "success" }, { ...rule, minSeverity: "info" }, { minSeverity: "warning" });

  expect(lower.matched).toBe(true);
  expect(higher.reason).toBe("Severity success is below the minimum of the pipeline's override, warning.");
});

describe("the semantics of Harness", () => {
  const types = (rule: Partial<Rule>) =>
    ["PipelineEnd", "PipelineSuccess", "StageSuccess", "StepFailed"].filter(
      (type) => verdictOf({ type, stage: { id: "deploy" } }, rule).matched,
    );

  test("the end and the success of a pipeline are two events, and a rule that lists both matches both", () => {
    expect(types({ events: ["PipelineEnd", "PipelineSuccess"] })).toEqual(["PipelineEnd", "PipelineSuccess"]);
  });

  test("stage events need the stage listed, or all; other levels look at the type alone", () => {
    expect(types({ events: ["*"], stages: ["build"] })).toEqual(["PipelineEnd", "PipelineSuccess", "StepFailed"]);
    expect(types({ events: ["*"], stages: ["deploy"] })).toHaveLength(4);
    expect(types({ events: ["*"], stages: "all" })).toHaveLength(4);
  });

  test("a disabled rule is silent whatever it lists", () => {
    expect(types({ events: ["*"], enabled: false })).toEqual([]);
  });
});

describe("the semantics of Aqueduct", () => {
  test.each([
    { minSeverity: "info", told: ["info", "success", "warning", "error"] },
    { minSeverity: "success", told: ["success", "warning", "error"] },
    { minSeverity: "warning", told: ["warning", "error"] },
    { minSeverity: "error", told: ["error"] },
  ] as const)("selecting $minSeverity tells $told", ({ minSeverity, told }) => {
    expect(SEVERITIES.filter((severity) => verdictOf({ severity }, { minSeverity }).matched)).toEqual(told);
  });
});

test("every rule gets its verdict, in the order of the rules", () => {
  const { rules } = indexRules([aRule({ id: "a" }), aRule({ id: "b", enabled: false }), aRule({ id: "c" })]);

  const verdicts = judgeRules({ event: anEvent(), outcomeBefore: undefined, receivedAt: NOW.toISOString() }, rules);

  expect(verdicts.map(({ id, matched }) => [id, matched])).toEqual([
    ["a", true],
    ["b", false],
    ["c", true],
  ]);
});
