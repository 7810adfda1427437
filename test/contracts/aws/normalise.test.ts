import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseAwsEvent } from "../../../shared/contracts/aws/normalise.ts";
import { newsOf, publishedAs, sample } from "./sample.ts";

const SAMPLES = readdirSync(new URL("../../fixtures/events/aws", import.meta.url))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(/\.json$/, ""));

const UNDERSTOOD = SAMPLES.filter(
  (name) => !["codepipeline-action-started", "codedeploy-instance-succeeded"].includes(name),
);

test.each(UNDERSTOOD)("the sample %s becomes an event as a publisher may publish it", (name) => {
  const parsed = publishedAs(newsOf(name));

  expect(parsed).toMatchObject({ ok: true, event: { scope: "acme", data: { state: expect.any(String) } } });
});

describe("CodeBuild", () => {
  test.each([
    ["IN_PROGRESS", "PipelineStart"],
    ["SUCCEEDED", "PipelineSuccess"],
    ["FAILED", "PipelineFailed"],
    ["FAULT", "PipelineFailed"],
    ["TIMED_OUT", "PipelineFailed"],
    ["STOPPED", "PipelineAborted"],
  ])("a build that is %s is %s", (status, type) => {
    const news = newsOf("codebuild-succeeded", { "build-status": status });

    expect(news.type).toBe(type);
    expect(news.endedAt).toBe(status === "IN_PROGRESS" ? undefined : "2017-09-01T16:14:28.000Z");
  });

  test("a failed build names its phase, its number, and what the phase says", () => {
    expect(newsOf("codebuild-failed")).toMatchObject({
      pipeline: { id: "my-sample-project" },
      run: {
        id: "my-sample-project:8745a7a9-c340-456a-9166-edf953571bEX",
        number: 42,
        url: "https://us-west-2.console.aws.amazon.com/codesuite/codebuild/123456789012/projects/my-sample-project/build/my-sample-project%3A8745a7a9-c340-456a-9166-edf953571bEX?region=us-west-2",
      },
      step: { id: "BUILD", url: expect.stringContaining("logEvent:group=/aws/codebuild/my-sample-project") },
      message: "COMMAND_EXECUTION_ERROR: Error while executing command: npm test. Reason: exit status 1",
      branch: "main",
      triggeredBy: { name: "MyCodeBuildDemoUser" },
      startedAt: "2017-09-01T16:12:29.000Z",
    });
  });

  test("what was in the build's environment is never taken over", () => {
    const variables = [{ name: "TOKEN", type: "PLAINTEXT", value: "s3cret-t0ken" }];
    const { detail } = sample("codebuild-failed");
    const information = {
      ...(detail["additional-information"] as object),
      environment: { "environment-variables": variables },
    };

    const news = newsOf("codebuild-failed", { "additional-information": information });

    expect(JSON.stringify(news)).not.toContain("s3cret-t0ken");
  });
});

describe("CodeDeploy", () => {
  test.each([
    ["START", "PipelineStart", "info"],
    ["READY", "PipelinePaused", "info"],
    ["SUCCESS", "PipelineSuccess", "success"],
    ["FAILURE", "PipelineFailed", "error"],
    ["STOP", "PipelineAborted", "warning"],
  ])("a deployment that is %s is %s with severity %s", (state, type, severity) => {
    expect(publishedAs(newsOf("codedeploy-deployment-succeeded", { state }))).toMatchObject({
      ok: true,
      event: {
        type,
        severity,
        pipeline: { id: "myApplication:myDeploymentGroup", name: "myApplication / myDeploymentGroup" },
        run: { id: "d-123456789" },
      },
    });
  });

  test("an instance on which it failed is a step that failed; other news of instances are nothing to tell", () => {
    const failed = newsOf("codedeploy-instance-succeeded", { state: "FAILURE" });

    expect(failed).toMatchObject({ type: "StepFailed", step: { id: "i-0000000aaaaaaaaaa" } });
    expect(normaliseAwsEvent(sample("codedeploy-instance-succeeded"))).toHaveProperty("problem");
  });
});

describe("Step Functions", () => {
  test.each([
    ["step-functions-started", "PipelineStart", undefined, undefined],
    ["step-functions-succeeded", "PipelineSuccess", "2019-01-10T19:34:00.122Z", undefined],
    ["step-functions-failed", "PipelineFailed", "2019-02-26T23:52:31.881Z", undefined],
    ["step-functions-timed-out", "PipelineFailed", "2019-02-26T23:48:47.157Z", "The execution timed out."],
    ["step-functions-aborted", "PipelineAborted", "2019-02-26T23:50:17.576Z", undefined],
  ])("%s is %s", (name, type, endedAt, message) => {
    expect(newsOf(name)).toMatchObject({
      type,
      pipeline: { id: "state-machine" },
      run: {
        id: "execution-name",
        url: "https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn%3Aaws%3Astates%3Aus-east-1%3A012345678912%3Aexecution%3Astate-machine-name%3Aexecution-name",
      },
      endedAt,
      message,
    });
  });

  test("a failure tells error and cause; an execution that is redriven goes on", () => {
    expect(newsOf("step-functions-failed", { error: "States.TaskFailed", cause: "no disk" }).message).toBe(
      "States.TaskFailed: no disk",
    );
    expect(newsOf("step-functions-started", { redriveCount: 1 }).type).toBe("PipelineResumed");
    expect(normaliseAwsEvent(sample("step-functions-started", { status: "PENDING_REDRIVE" }))).toHaveProperty(
      "problem",
    );
  });
});

describe("what AWS may send one day", () => {
  test("an event type nobody knows is named", () => {
    const event = { ...sample("codebuild-failed"), detailType: "CodeBuild Build Phase Change" };

    expect(normaliseAwsEvent(event)).toEqual({
      problem: 'Events of the type "CodeBuild Build Phase Change" are not understood.',
    });
  });

  test.each([
    ["codepipeline-pipeline-failed", "pipeline"],
    ["codepipeline-pipeline-failed", "state"],
    ["codebuild-failed", "project-name"],
    ["codebuild-failed", "build-status"],
    ["codedeploy-deployment-succeeded", "application"],
    ["codedeploy-deployment-succeeded", "state"],
    ["step-functions-failed", "stateMachineArn"],
    ["step-functions-failed", "status"],
  ])("%s without %s is told so", (name, field) => {
    expect(normaliseAwsEvent(sample(name, { [field]: undefined }))).toEqual({
      problem: `The event has no detail.${field}.`,
    });
  });

  test.each([
    ["cn-north-1", "https://cn-north-1.console.amazonaws.cn/"],
    ["us-gov-west-1", "https://console.amazonaws-us-gov.com/"],
    ["ap-southeast-2", "https://ap-southeast-2.console.aws.amazon.com/"],
  ])("links of %s lead to its own console", (region, beginning) => {
    const normalised = normaliseAwsEvent({ ...sample("codepipeline-pipeline-failed"), region });

    expect(normalised).toMatchObject({ news: { run: { url: expect.stringContaining(beginning) } } });
  });

  test("a region that is none becomes no link", () => {
    const normalised = normaliseAwsEvent({ ...sample("codepipeline-pipeline-failed"), region: "evil.example/" });

    expect(normalised).toMatchObject({ news: { pipeline: { url: undefined }, run: { url: undefined } } });
  });

  test("whatever stands in a detail, the event is read or a sentence says why not", () => {
    const value = fc.oneof(fc.anything({ maxDepth: 2 }), fc.string({ maxLength: 5000, unit: "binary" }));

    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES), fc.dictionary(fc.constantFrom(...fieldsOf()), value), (name, detail) => {
        const normalised = normaliseAwsEvent(sample(name, detail));

        if ("problem" in normalised) expect(normalised.problem).toMatch(/\.$/);
        else expect(publishedAs(normalised.news)).toMatchObject({ ok: true });
      }),
      { numRuns: 2000 },
    );
  });
});

const fieldsOf = (): string[] => [...new Set(SAMPLES.flatMap((name) => Object.keys(sample(name).detail)))];
