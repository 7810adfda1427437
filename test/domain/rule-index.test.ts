import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PipelineEvent } from "../../shared/domain/event.ts";
import { detailOf } from "../../shared/domain/event-detail.ts";
import type { Rule } from "../../shared/domain/rule.ts";
import { indexRules } from "../../shared/domain/rule-index.ts";
import { judgeRules, matchRules } from "../../shared/flow/notify/match-rules.ts";
import { anEvent, aRule, NOW } from "../fakes/builders.ts";

const candidatesOf = (rules: readonly Partial<Rule>[], event: Partial<PipelineEvent> = {}): string[] =>
  indexRules(rules.map((rule, index) => aRule({ id: `r${index}`, events: ["*"], ...rule })))
    .candidates(detailOf(anEvent(event)))
    .map(({ rule }) => rule.id);

/** Many rules that no event of these tests can match, each for a reason of one kind. */
const many = (different: (index: number) => Partial<Rule>) =>
  Array.from({ length: 1000 }, (_, index) => different(index));

const ABOVE_0 = { numeric: [">", 0] };

describe("candidates", () => {
  test.each([
    { title: "other event types", others: many((index) => ({ events: [`Custom${index}`, `Own${index}*`] })) },
    { title: "other pipelines", others: many((index) => ({ pipelines: [`other-${index}`, `x${index}-*`] })) },
    { title: "other branches", others: many((index) => ({ branches: [`release/${index}`] })) },
    { title: "other stages", others: many((index) => ({ events: ["Stage*"], stages: [`stage-${index}`] })) },
    { title: "other values", others: many((index) => ({ filter: { data: { team: [`team-${index}`] } } })) },
    { title: "other fields", others: many((index) => ({ filter: { data: { [`field-${index}`]: [1, null] } } })) },
    { title: "other beginnings", others: many((index) => ({ filter: { message: [{ prefix: `no ${index}` }] } })) },
    { title: "other ends of a type", others: many(() => ({ events: ["*Success", "Own*Success"] })) },
    { title: "other ends of values", others: many((index) => ({ filter: { message: [{ suffix: `no ${index}` }] } })) },
    { title: "ranges of other fields", others: many((index) => ({ filter: { data: { [`f${index}`]: [ABOVE_0] } } })) },
    {
      title: "choices with more than a range",
      others: many((index) => ({
        filter: { $or: [{ data: { n: [ABOVE_0], team: [`t${index}`] } }, { branch: [`b${index}`] }] },
      })),
    },
    { title: "no pipeline of theirs", others: many(() => ({ pipelines: ["*-web"] })) },
    {
      title: "other choices",
      others: many((index) => ({ filter: { $or: [{ branch: [`b${index}`] }, { data: { n: [index + 2] } }] } })),
    },
    { title: "the same type and pipeline, but other values", others: many((index) => same({ n: [`${index}`] })) },
    { title: "disabled rules", others: many(() => ({ enabled: false })) },
  ])("leave out $title", ({ others }) => {
    const event = { branch: "main", message: "exit code 1", stage: { id: "deploy" }, data: { team: "pay", n: 1 } };

    expect(candidatesOf([...others, { pipelines: ["build-*"] }], event)).toEqual(["r1000"]);
  });

  test("come in the order of the rules, each once", () => {
    const rules = [{ events: ["*"] }, { pipelines: ["build-api", "build-*"] }, { events: ["PipelineFailed", "Pipe*"] }];

    expect(candidatesOf(rules)).toEqual(["r0", "r1", "r2"]);
  });

  test("are found by a beginning longer than those that are looked at", () => {
    const long = "x".repeat(100);

    expect(candidatesOf([{ pipelines: [`${long}*`] }], { pipeline: { id: `${long}y` } })).toEqual(["r0"]);
  });

  test("are found within arrays of arrays and objects", () => {
    const filter = { data: { list: { name: ["b"] } } };

    expect(candidatesOf([{ filter }], { data: { list: [[{ name: "a" }], [{ name: ["c", ["b"]] }]] } })).toEqual(["r0"]);
  });

  test("are found in an event of names that JavaScript's own objects have", () => {
    const data = JSON.parse('{"__proto__": {"constructor": "x"}, "toString": 1}');

    expect(
      candidatesOf([{ filter: { data: { constructor: ["x"] } } }, { filter: { data: { toString: [1] } } }], { data }),
    ).toEqual(["r1"]);
  });
});

/** A rule of the event's own type and pipeline with one more condition. */
const same = (data: Record<string, unknown>): Partial<Rule> => ({
  events: ["PipelineFailed"],
  pipelines: ["build-api"],
  filter: { data },
});

const name = fc.constantFrom("a", "ab", "abc", "b", "ba", "");
const glob = fc.constantFrom("a", "ab", "a*", "*", "*b", "ab*", "a*c", "b");
const scalar = fc.oneof(name, fc.constantFrom(0, -0, 1, 1.5, true, false, null));
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("x", "y"), tie("value"), { maxKeys: 2 }),
  ),
})).value;

const alternative = fc.oneof(
  scalar,
  name.map((prefix) => ({ prefix })),
  name.map((suffix) => ({ suffix })),
  fc.constantFrom("a*", "*a", "a\\*b*", "*\\*", "*b*", "ab").map((wildcard) => ({ wildcard })),
  fc.constantFrom<unknown[]>(["<", 1], [">=", 0, "<", 1]).map((numeric) => ({ numeric })),
  name.map((text) => ({ "equals-ignore-case": text.toUpperCase() })),
  fc.boolean().map((exists) => ({ exists })),
  name.filter((text) => text !== "").map((text) => ({ "anything-but": text })),
);
const condition = fc.array(alternative, { minLength: 1, maxLength: 3 });
const fields: fc.Arbitrary<Record<string, unknown>> = fc.letrec<{ fields: Record<string, unknown> }>((tie) => ({
  fields: fc.oneof(
    { maxDepth: 3 },
    fc.dictionary(fc.constantFrom("x", "y"), condition, { minKeys: 1, maxKeys: 2 }),
    fc.dictionary(fc.constantFrom("x", "y"), tie("fields"), { minKeys: 1, maxKeys: 2 }),
    fc.tuple(tie("fields"), tie("fields")).map((choices) => ({ $or: choices })),
  ),
})).fields;
const filter = fc.oneof(
  fields.map((data) => ({ data })),
  fc.tuple(condition, fields).map(([branch, data]) => ({ branch, data })),
  fc.tuple(condition, fields).map(([branch, data]) => ({ $or: [{ branch }, { data }] })),
);

const types = fc.constantFrom("PipelineFailed", "StageFailed", "StageSuccess", "Own");
const typeGlobs = fc.constantFrom("PipelineFailed", "Stage*", "*Failed", "*", "StageSuccess", "P*d");
const globs = fc.array(glob, { minLength: 1, maxLength: 2 });
const someRule: fc.Arbitrary<Partial<Rule>> = fc.record(
  {
    enabled: fc.boolean(),
    events: fc.array(typeGlobs, { minLength: 1, maxLength: 2 }),
    stages: fc.oneof(fc.constant("all" as const), fc.array(name, { minLength: 1, maxLength: 2 })),
    pipelines: globs,
    branches: globs,
    filter,
  },
  { requiredKeys: ["events"] },
);
const someEvent: fc.Arbitrary<Partial<PipelineEvent>> = fc.record(
  {
    type: types,
    pipeline: name.map((id) => ({ id })),
    branch: name,
    stage: name.map((id) => ({ id })),
    data: fc.dictionary(fc.constantFrom("x", "y"), value, { maxKeys: 2 }),
  },
  { requiredKeys: ["type"] },
);

test("for random rules and events, the index finds exactly the rules that looking at each one finds", () => {
  let matches = 0;
  fc.assert(
    fc.property(fc.array(someRule, { maxLength: 12 }), someEvent, (rules, different) => {
      const index = indexRules(rules.map((rule, position) => aRule({ id: `r${position}`, ...rule })));
      const { pipeline: _, ...bare } = anEvent();
      const situation = { event: { ...bare, ...different }, outcomeBefore: undefined, receivedAt: NOW.toISOString() };

      const found = matchRules(situation, [index]).map(({ rule }) => rule.id);
      const expected = judgeRules(situation, index.rules).filter(({ matched }) => matched);

      expect(found).toEqual(expected.map(({ id }) => id));
      matches += found.length;
    }),
    { numRuns: 2000 },
  );
  expect(matches).toBeGreaterThan(100);
});
