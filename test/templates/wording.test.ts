import { describe, expect, test } from "vitest";
import { EVENT_TYPES } from "../../shared/domain/event.ts";
import { contentOf } from "../../shared/templates/content.ts";
import { bareEvent, sampleEvent } from "./sample-event.ts";

/** Subject, headline and button of an event that says everything. */
const FULL = [
  ["PipelineStart", "Started: Build API #512", "Build API #512 has started", "View run"],
  ["PipelineSuccess", "Succeeded: Build API #512", "Build API #512 succeeded", "View run"],
  ["PipelineFailed", "Failed: Build API #512 · Deploy", "Build API #512 failed in stage Deploy", "View run"],
  ["PipelinePaused", "Paused: Build API #512 · Deploy", "Build API #512 is paused in stage Deploy", "View run"],
  [
    "PipelineResumed",
    "Resumed: Build API #512 · Deploy",
    "Build API #512 is running again in stage Deploy",
    "View run",
  ],
  ["PipelineAborted", "Aborted: Build API #512 · Deploy", "Build API #512 was aborted in stage Deploy", "View run"],
  ["PipelineEnd", "Ended: Build API #512", "Build API #512 has ended", "View run"],
  ["StageStart", "Stage started: Deploy · Build API #512", "Stage Deploy has started in Build API #512", "View stage"],
  [
    "StageSuccess",
    "Stage succeeded: Deploy · Build API #512",
    "Stage Deploy succeeded in Build API #512",
    "View stage",
  ],
  ["StageFailed", "Stage failed: Deploy · Build API #512", "Stage Deploy failed in Build API #512", "View stage"],
  [
    "StepFailed",
    "Step failed: Helm upgrade · Build API #512",
    "Step Helm upgrade failed in Build API #512",
    "View step",
  ],
  ["TriggerFailed", "Trigger failed: Build API #512", "Build API #512 could not be triggered", "View run"],
  [
    "ApprovalRequested",
    "Approval needed: Build API #512 · Deploy",
    "Build API #512 is waiting for approval in stage Deploy",
    "Review approval",
  ],
  [
    "ApprovalRejected",
    "Approval rejected: Build API #512 · Deploy",
    "Build API #512 was not approved in stage Deploy",
    "View run",
  ],
  ["ReportReady", "Report ready: Build API #512", "Report ready: Build API #512", "View run"],
] as const;

describe("the wording of an event that says everything", () => {
  test.each(FULL)("fits %s", (type, subject, headline, call) => {
    const content = contentOf(sampleEvent({ type }));

    expect(content).toMatchObject({ subject, headline, action: { label: call } });
  });

  test("is known for every type that Tidings knows", () => {
    expect(FULL.map(([type]): string => type)).toEqual(expect.arrayContaining(Object.keys(EVENT_TYPES)));
  });
});

describe("the wording of an event that says little", () => {
  test.each([
    ["PipelineFailed", "Failed: acme.eng", "A pipeline of acme.eng failed"],
    ["StageFailed", "Stage failed: acme.eng", "A stage failed in acme.eng"],
    ["StepFailed", "Step failed: acme.eng", "A step failed in acme.eng"],
    ["ReportReady", "Report ready: acme.eng", "Report ready: acme.eng"],
  ])("still makes sense for %s", (type, subject, headline) => {
    const content = contentOf(bareEvent(type));

    expect(content).toMatchObject({ subject, headline, action: undefined });
  });

  test.each([
    ["Run #512 failed", { id: "512" }],
    ["Run 3f2a9c1e failed", { id: "3f2a9c1e-7d3a-4e0b-9a51-0c2f4ad1be77" }],
  ])("takes the run when the pipeline has no name: %s", (headline, run) => {
    expect(contentOf({ ...bareEvent("PipelineFailed"), run }).headline).toBe(headline);
  });

  test("takes a thing's id when it has no name that can be seen", () => {
    const content = contentOf({ ...bareEvent("PipelineFailed"), pipeline: { id: "build-api", name: "\u200b" } });

    expect(content.headline).toBe("build-api failed");
  });
});

describe("a type of the publisher's own", () => {
  test.each([
    ["ReportReady", "Report ready"],
    ["SLABreached", "SLA breached"],
    ["NewSLABreached", "New SLA breached"],
    ["Drift", "Drift"],
    ["Phase2Done", "Phase2 done"],
    ["Constructor", "Constructor"],
    ["ToString", "To string"],
  ])("%s is written as people write it", (type, status) => {
    expect(contentOf(bareEvent(type)).status).toBe(status);
  });
});

describe("the run", () => {
  test.each([
    ["its number", { id: "8d0c", number: 7 }, "#7"],
    ["an id of digits", { id: "20261120143005" }, "#20261120143005"],
    ["the beginning of a UUID", { id: "3f2a9c1e-7d3a-4e0b-9a51-0c2f4ad1be77" }, "run 3f2a9c1e"],
    ["any other id", { id: "nightly-12" }, "run nightly-12"],
  ])("is called by %s", (_, run, words) => {
    const content = contentOf(sampleEvent({ type: "PipelineEnd", run }));

    expect(content.subject).toBe(`Ended: Build API ${words}`);
  });
});

describe("the subject", () => {
  test("keeps room for the stage beside a long pipeline name, and stays within 120 characters", () => {
    const name = "n".repeat(300);

    const { subject } = contentOf(sampleEvent({ pipeline: { id: "p", name }, stage: { id: "s", name } }));

    expect(subject).toMatch(/^Failed: n{49}… #512 · n{49}…$/);
    expect(subject.length).toBeLessThanOrEqual(120);
  });
});

describe("the button", () => {
  test.each([
    [
      "the pipeline when the run has no page",
      { run: { id: "1" } },
      "View pipeline",
      "https://ci.acme.example/build-api",
    ],
    [
      "the run when its page is the only safe one",
      { pipeline: { id: "p", url: "javascript:x" } },
      "View run",
      "https://ci.acme.example/build-api/512",
    ],
  ])("opens %s", (_, different, label, link) => {
    expect(contentOf(sampleEvent(different)).action).toEqual({ label, link });
  });
});
