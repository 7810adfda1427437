import { describe, expect, test } from "vitest";
import { sampleText } from "../contracts/aws/sample.ts";
import { fixedAwsSources } from "../fakes/aws-sources.ts";
import { createIntake, publication } from "./intake-in-memory.ts";

const ALL_PIPELINES = { source: ["aws.codepipeline"] };

const FAILED = sampleText("codepipeline-pipeline-failed");

describe("an event of AWS's own", () => {
  test("is told to the scope that registered it, by the scope's rules", async () => {
    const intake = createIntake({ awsSources: fixedAwsSources(["acme.eng", ALL_PIPELINES]) });

    expect(await intake.take(FAILED)).toEqual([]);

    expect(intake.events.records()).toMatchObject([
      { scope: "acme.eng", type: "PipelineFailed", severity: "error", status: "routed" },
    ]);
    expect(intake.outbox.jobs()).toMatchObject([
      { scope: "acme.eng", recipient: "ada@acme.example", event: { pipeline: { id: "myPipeline" } } },
    ]);
    expect(intake.deadLetters.letters).toEqual([]);
  });

  test("goes to every scope and tenant that registered it, as an event of its own, and to each once", async () => {
    const intake = createIntake({
      awsSources: fixedAwsSources(
        ["acme", ALL_PIPELINES],
        ["acme", { source: ["aws.codepipeline"], detail: { state: ["FAILED"] } }],
        ["acme.eng", ALL_PIPELINES],
        ["globex", ALL_PIPELINES],
      ),
    });

    await intake.take(FAILED);

    const records = intake.events.records();
    expect(records.map(({ scope }) => scope).sort()).toEqual(["acme", "acme.eng", "globex"]);
    expect(new Set(records.map(({ id }) => id)).size).toBe(3);
    expect(
      intake.outbox
        .jobs()
        .map(({ recipient }) => recipient)
        .sort(),
    ).toEqual(["ada@acme.example", "ada@acme.example", "g@globex.example"]);
  });

  test("is taken in once however often it is delivered", async () => {
    const intake = createIntake({ awsSources: fixedAwsSources(["acme", ALL_PIPELINES], ["globex", ALL_PIPELINES]) });

    await intake.take(FAILED);
    await intake.take(FAILED);

    expect(intake.outbox.jobs()).toHaveLength(2);
    expect(intake.events.records()).toHaveLength(2);
  });

  test("is matched as it is on the default bus, account and all", async () => {
    const intake = createIntake({
      awsSources: fixedAwsSources(
        ["acme", { ...ALL_PIPELINES, account: ["999999999999"] }],
        ["globex", { ...ALL_PIPELINES, account: ["123456789012"], resources: [{ suffix: ":myPipeline" }] }],
      ),
    });

    await intake.take(FAILED);

    expect(intake.events.records().map(({ scope }) => scope)).toEqual(["globex"]);
  });

  test("that nobody registered is no dead letter and leaves no record", async () => {
    const intake = createIntake({ awsSources: fixedAwsSources(["acme", { source: ["aws.codebuild"] }]) });

    expect(await intake.take(FAILED)).toEqual([]);

    expect(intake.events.records()).toEqual([]);
    expect(intake.deadLetters.letters).toEqual([]);
    expect(intake.log.lines.map(({ event }) => event)).toContain("event.not-registered");
  });

  test("that has no meaning here is recorded with the reason, where it was registered", async () => {
    const intake = createIntake({ awsSources: fixedAwsSources(["acme.eng", ALL_PIPELINES]) });

    await intake.take(sampleText("codepipeline-action-started"));

    expect(intake.events.records()).toMatchObject([
      {
        scope: "acme.eng",
        type: null,
        status: "refused",
        reason: 'An action in the state "STARTED" is nothing that people are told about.',
      },
    ]);
    expect(intake.outbox.jobs()).toEqual([]);
  });

  test("of a registration whose scope is gone is recorded as refused", async () => {
    const intake = createIntake({ awsSources: fixedAwsSources(["acme.gone", ALL_PIPELINES]) });

    await intake.take(FAILED);

    expect(intake.events.records()).toMatchObject([
      { status: "refused", reason: expect.stringContaining("acme.gone") },
    ]);
  });
});

test("registrations are read once for a batch, and not at all without AWS events", async () => {
  const awsSources = fixedAwsSources(["acme", ALL_PIPELINES]);
  const intake = createIntake({ awsSources });

  await intake.take(publication("b1"));
  expect(awsSources.loads).toBe(0);
  await intake.take(publication("b2"), FAILED, sampleText("codepipeline-stage-started"));

  expect(awsSources.loads).toBe(1);
});
