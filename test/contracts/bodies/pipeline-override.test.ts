import { describe, expect, test } from "vitest";
import { pipelineOverrideBody } from "../../../shared/contracts/bodies/pipeline-override.ts";
import { parseBody } from "../../../shared/contracts/parse-body.ts";
import { issuesOf } from "../issues-of.ts";

describe("override body", () => {
  test.each([
    { mode: "inherit" },
    { mode: "muted" },
    { mode: "custom" },
    { mode: "custom", minSeverity: "warning", recipients: { emails: ["ada@acme.example"], groups: ["oncall"] } },
  ])("takes $mode and keeps what it says", (body) => {
    expect(parseBody(pipelineOverrideBody, body)).toEqual(body);
  });

  test.each([
    { title: "no mode", body: {}, issue: 'mode: must be "inherit" or "custom" or "muted"' },
    { title: "an unknown mode", body: { mode: "off" }, issue: 'mode: must be "inherit" or "custom" or "muted"' },
    {
      title: "recipients that are nobody",
      body: { mode: "custom", recipients: {} },
      issue: "recipients: must name somebody: an address in emails, a group in groups, or triggeredBy",
    },
    { title: "other fields", body: { mode: "muted", until: "x" }, issue: "until: is not a known field: leave it out" },
  ])("refuses $title", ({ body, issue }) => {
    expect(issuesOf(pipelineOverrideBody, body)).toEqual([issue]);
  });
});
