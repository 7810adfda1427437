import { Match } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { functionsOf, synth } from "./synth.ts";

type Synthesized = ReturnType<typeof synth>;

let template: Synthesized;

beforeAll(() => {
  template = synth({ "delivery.concurrency": 20 });
});

const queueSchema = z.object({
  Properties: z.object({ VisibilityTimeout: z.optional(z.number()), RedrivePolicy: z.optional(z.unknown()) }),
});
const mappingSchema = z.object({
  Properties: z.object({
    EventSourceArn: z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }),
    FunctionName: z.object({ Ref: z.string() }),
    FunctionResponseTypes: z.array(z.string()),
    ScalingConfig: z.optional(z.object({ MaximumConcurrency: z.number() })),
  }),
});

const mappings = () =>
  Object.values(template.findResources("AWS::Lambda::EventSourceMapping")).map(
    (mapping) => mappingSchema.parse(mapping).Properties,
  );

describe("D21: the bus's rule for the events queue", () => {
  test("says how often it tries, keeps what it cannot deliver, and is the only one that may send to the queue", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      Targets: [
        Match.objectLike({
          DeadLetterConfig: { Arn: Match.anyValue() },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }),
      ],
    });
    template.hasResourceProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Condition: { ArnEquals: { "aws:SourceArn": Match.anyValue() } },
          }),
        ]),
      },
    });
  });
});

describe("D22: each function that works off a queue", () => {
  test("has six times its timeout before a message comes again, and reports the messages that failed", () => {
    const timeouts = new Map(functionsOf(template).map((fn) => [fn.logicalId, fn.timeoutSeconds]));

    const found = mappings().map(({ EventSourceArn, FunctionName, FunctionResponseTypes }) => {
      const queue = queueSchema.parse(template.findResources("AWS::SQS::Queue")[EventSourceArn["Fn::GetAtt"][0]]);
      return {
        visibilitySeconds: queue.Properties.VisibilityTimeout ?? 0,
        timeoutSeconds: timeouts.get(FunctionName.Ref) ?? Number.NaN,
        deadLetters: queue.Properties.RedrivePolicy,
        reports: FunctionResponseTypes,
      };
    });

    expect(found.length).toBeGreaterThanOrEqual(2);
    for (const { visibilitySeconds, timeoutSeconds, deadLetters, reports } of found) {
      expect(visibilitySeconds).toBeGreaterThanOrEqual(6 * timeoutSeconds);
      expect(deadLetters).toBeDefined();
      expect(reports).toEqual(["ReportBatchItemFailures"]);
    }
  });

  test("that sends mails has the bound of environments that the operator asked for", () => {
    const deliver = functionsOf(template).find(({ name }) => name === "deliver");

    const mapping = mappings().find(({ FunctionName }) => FunctionName.Ref === deliver?.logicalId);

    expect(mapping?.ScalingConfig).toEqual({ MaximumConcurrency: 20 });
  });
});
