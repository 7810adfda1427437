import { describe, expect, test } from "vitest";
import type { PipelineOutcome } from "../../../shared/domain/pipeline-outcome.ts";
import { explainOutcome } from "../../../shared/flow/notify/outcome-condition.ts";
import { anEvent } from "../../fakes/builders.ts";

const isTold = (type: string, before: PipelineOutcome | undefined, condition: "changed" | "failed-and-recovered") =>
  explainOutcome(anEvent({ type }), before, condition) === undefined;

describe("which outcomes are told", () => {
  test.each([
    { type: "PipelineFailed", before: undefined, changed: true, failedAndRecovered: true },
    { type: "PipelineFailed", before: "succeeded", changed: true, failedAndRecovered: true },
    { type: "PipelineFailed", before: "failed", changed: false, failedAndRecovered: true },
    { type: "PipelineSuccess", before: undefined, changed: false, failedAndRecovered: false },
    { type: "PipelineSuccess", before: "succeeded", changed: false, failedAndRecovered: false },
    { type: "PipelineSuccess", before: "failed", changed: true, failedAndRecovered: true },
    { type: "StageFailed", before: "failed", changed: false, failedAndRecovered: true },
    { type: "StageSuccess", before: "failed", changed: true, failedAndRecovered: true },
    { type: "PipelineStart", before: "failed", changed: false, failedAndRecovered: false },
    { type: "PipelineEnd", before: "failed", changed: false, failedAndRecovered: false },
  ] as const)("$type after $before: changed $changed, failed-and-recovered $failedAndRecovered", (row) => {
    expect(isTold(row.type, row.before, "changed")).toBe(row.changed);
    expect(isTold(row.type, row.before, "failed-and-recovered")).toBe(row.failedAndRecovered);
  });

  test("all of them, also events without one, when a rule does not ask", () => {
    expect(explainOutcome(anEvent({ type: "PipelineStart" }), undefined)).toBeUndefined();
    expect(explainOutcome(anEvent(), "failed", "always")).toBeUndefined();
  });
});

test.each([
  {
    type: "PipelineStart",
    before: undefined,
    reason: "PipelineStart tells no outcome of a pipeline, and the rule asks for changed ones.",
  },
  { type: "PipelineSuccess", before: undefined, reason: "It succeeded, and no failure before it is known." },
  {
    type: "PipelineFailed",
    before: "failed",
    reason: "It failed, as the time before, and the rule asks for changed outcomes.",
  },
] as const)("why $type after $before is not told is said in a sentence", ({ type, before, reason }) => {
  expect(explainOutcome(anEvent({ type }), before, "changed")).toBe(reason);
});
