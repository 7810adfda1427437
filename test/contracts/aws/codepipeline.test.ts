import { describe, expect, test } from "vitest";
import { normaliseAwsEvent } from "../../../shared/contracts/aws/normalise.ts";
import { newsOf, publishedAs, sample } from "./sample.ts";

describe("CodePipeline", () => {
  test.each([
    ["STARTED", "PipelineStart", "info"],
    ["RESUMED", "PipelineResumed", "info"],
    ["SUCCEEDED", "PipelineSuccess", "success"],
    ["FAILED", "PipelineFailed", "error"],
    ["CANCELED", "PipelineAborted", "warning"],
    ["STOPPED", "PipelineAborted", "warning"],
    ["SUPERSEDED", "PipelineAborted", "info"],
  ])("a pipeline that is %s is %s with severity %s", (state, type, severity) => {
    expect(publishedAs(newsOf("codepipeline-pipeline-started", { state }))).toMatchObject({
      ok: true,
      event: { type, severity, data: { state } },
    });
  });

  test.each([
    ["STARTED", "StageStart", "info"],
    ["RESUMED", "StageResumed", "info"],
    ["SUCCEEDED", "StageSuccess", "success"],
    ["FAILED", "StageFailed", "error"],
    ["CANCELED", "StageAborted", "warning"],
    ["STOPPED", "StageAborted", "warning"],
  ])("a stage that is %s is %s with severity %s", (state, type, severity) => {
    expect(publishedAs(newsOf("codepipeline-stage-started", { state }))).toMatchObject({
      ok: true,
      event: { type, severity, stage: { id: "Source" } },
    });
  });

  test.each([
    ["an approval that began", "STARTED", "ApprovalRequested"],
    ["an approval that was rejected", "FAILED", "ApprovalRejected"],
  ])("%s is told", (_, state, type) => {
    const approval = { owner: "AWS", provider: "Manual", category: "Approval", version: "1" };

    expect(newsOf("codepipeline-action-failed", { state, type: approval })).toMatchObject({
      type,
      stage: { id: "Deploy" },
      step: { id: "Deploy" },
    });
  });

  test.each([
    ["codepipeline-pipeline-started", "STOPPING", "A pipeline"],
    ["codepipeline-stage-started", "STOPPING", "A stage"],
    ["codepipeline-action-started", "STARTED", "An action"],
    ["codepipeline-action-failed", "SUCCEEDED", "An action"],
    ["codepipeline-action-failed", "constructor", "An action"],
  ])("%s in the state %s is nothing to tell", (name, state, what) => {
    expect(normaliseAwsEvent(sample(name, { state }))).toEqual({
      problem: `${what} in the state "${state}" is nothing that people are told about.`,
    });
  });

  test("a run that began says who began it, and where it can be seen", () => {
    expect(newsOf("codepipeline-pipeline-started")).toEqual({
      type: "PipelineStart",
      pipeline: {
        id: "myPipeline",
        name: "myPipeline",
        url: "https://us-east-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/myPipeline/view?region=us-east-1",
      },
      run: {
        id: "12345678-1234-5678-abcd-12345678abcd",
        url: "https://us-east-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/myPipeline/executions/12345678-1234-5678-abcd-12345678abcd/timeline?region=us-east-1",
      },
      startedAt: "2020-01-24T22:03:07.208Z",
      triggeredBy: { name: "my-user" },
      data: {
        account: "123456789012",
        region: "us-east-1",
        resources: ["arn:aws:codepipeline:us-east-1:123456789012:myPipeline"],
        detailType: "CodePipeline Pipeline Execution State Change",
        state: "STARTED",
      },
    });
  });

  test("a commit that began a run is told with its author and branch", () => {
    const trigger = {
      "trigger-type": "WebhookV2",
      "author-display-name": "Ada",
      "author-email": "ada@acme.example",
      "branch-name": "main",
      "commit-id": "3f2a",
    };

    expect(newsOf("codepipeline-pipeline-started", { "execution-trigger": trigger })).toMatchObject({
      triggeredBy: { name: "Ada", email: "ada@acme.example" },
      branch: "main",
      commit: "3f2a",
    });
  });

  test("an action that failed says why, and where it can be seen", () => {
    expect(newsOf("codepipeline-action-failed")).toMatchObject({
      type: "StepFailed",
      step: { id: "Deploy", url: "https://us-east-1.console.aws.amazon.com/codedeploy/home?#/deployments/d-123456789" },
      message: "JobFailed: Deployment d-123456789 failed",
      startedAt: "2020-01-31T18:51:21.208Z",
      endedAt: "2020-01-31T18:55:43.000Z",
    });
  });
});
