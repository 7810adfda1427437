import { readFileSync } from "node:fs";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import { METRICS } from "../../shared/contracts/metrics.ts";
import { OUTPUTS, USER_POOL_OUTPUTS } from "../../shared/contracts/outputs.ts";
import type { MetricSpec } from "../../shared/domain/metrics.ts";
import { functionNamed, synth } from "./synth.ts";

let template: Template;
beforeAll(() => {
  template = synth();
});

const propertiesOf = (from: Template, type: string): Record<string, Record<string, unknown>> =>
  Object.fromEntries(Object.entries(from.findResources(type)).map(([id, { Properties }]) => [id, Properties]));

/** The queue that feeds a function, and how long it hides a message from others. */
const visibilityFor = (from: Template, name: string): number => {
  const { logicalId } = functionNamed(from, name);
  const mapping = Object.values(propertiesOf(from, "AWS::Lambda::EventSourceMapping")).find(
    ({ FunctionName }) => JSON.stringify(FunctionName) === JSON.stringify({ Ref: logicalId }),
  );
  const source = JSON.stringify(mapping?.EventSourceArn);
  const [, queue] =
    Object.entries(propertiesOf(from, "AWS::SQS::Queue")).find(([id]) => source.includes(`"${id}"`)) ?? [];
  return Number(queue?.VisibilityTimeout);
};

describe("queues", () => {
  test("have a dead-letter queue that keeps messages longer, or are one", () => {
    const queues = Object.entries(propertiesOf(template, "AWS::SQS::Queue"));
    const targets = queues.flatMap(([, { RedrivePolicy }]) => (RedrivePolicy === undefined ? [] : [RedrivePolicy]));

    expect(queues).toHaveLength(4);
    for (const [id, { RedrivePolicy, MessageRetentionPeriod }] of queues) {
      const isDeadLetterQueue = JSON.stringify(targets).includes(`"${id}"`);
      expect(isDeadLetterQueue).toBe(RedrivePolicy === undefined);
      expect(MessageRetentionPeriod).toBe((isDeadLetterQueue ? 14 : 4) * 86_400);
      if (!isDeadLetterQueue) expect(RedrivePolicy).toMatchObject({ maxReceiveCount: 5 });
    }
  });

  test("are encrypted and refuse clear text", () => {
    const queues = propertiesOf(template, "AWS::SQS::Queue");

    for (const [id, queue] of Object.entries(queues)) {
      expect(queue).toMatchObject({ SqsManagedSseEnabled: true });
      template.hasResourceProperties("AWS::SQS::QueuePolicy", {
        Queues: [{ Ref: id }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: "Deny",
              Action: "sqs:*",
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            }),
          ]),
        },
      });
    }
  });

  test.each([
    { title: "the defaults", settings: {} },
    {
      title: "fractional timeouts",
      settings: { "delivery.functionTimeoutSeconds": "2.2", "notify.functionTimeoutSeconds": "0.3" },
    },
  ])("hide a message for at least six times the timeout of its function with $title", ({ settings }) => {
    const made = synth(settings);

    for (const name of ["notify", "deliver"]) {
      expect(visibilityFor(made, name)).toBeGreaterThanOrEqual(6 * functionNamed(made, name).timeoutSeconds);
    }
  });

  test("are worked off in batches of ten, at once, with failures reported for each record", () => {
    const mappings = Object.values(propertiesOf(template, "AWS::Lambda::EventSourceMapping"));

    expect(mappings).toHaveLength(2);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ["ReportBatchItemFailures"] });
      expect(mapping).not.toHaveProperty("MaximumBatchingWindowInSeconds");
      expect(mapping).not.toHaveProperty("ScalingConfig");
    }
  });

  test("limit the senders only when a concurrency is set", () => {
    const limited = synth({ "delivery.concurrency": "7" });

    const limits = Object.values(propertiesOf(limited, "AWS::Lambda::EventSourceMapping")).flatMap(
      ({ ScalingConfig }) => ScalingConfig ?? [],
    );
    expect(limits).toEqual([{ MaximumConcurrency: 7 }]);
  });
});

describe("the bus", () => {
  test("sends pipeline events that are not our own to the events queue, patiently and with dead letters", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { "detail-type": ["Pipeline Event", "Email Requested"], source: [{ "anything-but": ["tidings"] }] },
      Targets: [
        Match.objectLike({
          DeadLetterConfig: { Arn: Match.anyValue() },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }),
      ],
    });
  });

  test("is the only one that is listened to unless AWS services are named", () => {
    const buses = Object.values(propertiesOf(template, "AWS::Events::Rule")).flatMap(
      ({ EventBusName }) => EventBusName ?? [],
    );

    expect(buses).toEqual([{ Ref: expect.stringContaining("Bus") }]);
  });

  test("is joined by the account's default bus for the news of the AWS services that are named, and no more", () => {
    const listening = synth({ "intake.awsSources": "codepipeline,states" });

    listening.hasResourceProperties("AWS::Events::Rule", {
      EventBusName: "default",
      EventPattern: {
        source: ["aws.codepipeline", "aws.states"],
        "detail-type": [
          "CodePipeline Pipeline Execution State Change",
          "CodePipeline Stage Execution State Change",
          "CodePipeline Action Execution State Change",
          "Step Functions Execution Status Change",
        ],
      },
      Targets: [
        Match.objectLike({
          DeadLetterConfig: { Arn: Match.anyValue() },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }),
      ],
    });
  });

  test("has no resource policy, so that nobody outside the account can publish", () => {
    template.resourceCountIs("AWS::Events::EventBusPolicy", 0);
  });

  test("is emptied of waiting deliveries each minute", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(1 minute)",
      Targets: [{ Arn: { "Fn::GetAtt": [functionNamed(template, "release").logicalId, "Arn"] } }].map(Match.objectLike),
    });
  });
});

describe("tables", () => {
  test("are paid by use, encrypted and restorable, and outlive the stack", () => {
    template.resourceCountIs("AWS::DynamoDB::Table", 2);
    template.allResources("AWS::DynamoDB::Table", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: Match.objectLike({
        BillingMode: "PAY_PER_REQUEST",
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
      }),
    });
  });

  test("of deliveries expire their items and index those that are due", () => {
    template.hasResourceProperties("AWS::DynamoDB::Table", {
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: "due",
          KeySchema: [
            { AttributeName: "dueShard", KeyType: "HASH" },
            { AttributeName: "dueAt", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    });
  });

  test("go with the stack, like everything else, when it is made to be destroyed", () => {
    const disposable = synth({ "stack.removalPolicy": "destroy" });

    expect(JSON.stringify(disposable.toJSON())).not.toContain('"Retain"');
    expect(JSON.stringify(disposable.toJSON())).not.toContain('"DeletionProtectionEnabled":true');
  });
});

describe("functions", () => {
  test("run on Node.js 24 on arm64 and keep their logs for a limited time", () => {
    template.allResourcesProperties("AWS::Lambda::Function", { Runtime: "nodejs24.x", Architectures: ["arm64"] });
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
  });

  test("get the settings that concern them", () => {
    const made = synth({
      "egress.allowedTargets": "127.0.0.1:2525,10.0.0.0/8:25",
      "sendgrid.baseUrl": "http://127.0.0.1:9",
      "retry.baseSeconds": "0.05",
      "retry.giveUpHours": "0.01",
      "delivery.functionTimeoutSeconds": "2.4",
      "stack.name": "Night-Shift",
    });

    const deliver = functionNamed(made, "deliver");
    expect(deliver.timeoutSeconds).toBe(3);
    expect(deliver.environment).toMatchObject({
      EGRESS_ALLOWED_TARGETS: "127.0.0.1:2525,10.0.0.0/8:25",
      SENDGRID_BASE_URL: "http://127.0.0.1:9",
      RETRY_BASE_SECONDS: "0.05",
      RETRY_GIVE_UP_HOURS: "0.01",
      LEASE_SECONDS: "2.4",
      SEND_DEADLINE_SECONDS: "2",
      SECRET_PREFIX: "night-shift/mail",
    });
  });
});

test("every alarm says how bad it is and where to read on", () => {
  const alarms = Object.values(propertiesOf(template, "AWS::CloudWatch::Alarm"));

  const articles = [...readFileSync("docs/runbook.md", "utf8").matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(alarms).toHaveLength(13);
  for (const { AlarmDescription } of alarms) {
    expect(AlarmDescription).toMatch(/^\[(high|low)\] .+ Runbook: docs\/runbook\.md#[a-z-]+$/);
    expect(articles).toContain(String(AlarmDescription).split("#")[1]);
  }
});

test("alarms on the product's own metrics look at series that a function of this very stack tells", () => {
  const made = synth({ "stack.name": "Night-Shift" });
  const metrics: Readonly<Record<string, MetricSpec>> = METRICS;

  const own = Object.values(propertiesOf(made, "AWS::CloudWatch::Alarm")).filter(
    ({ Namespace }) => !String(Namespace).startsWith("AWS/"),
  );
  expect(own).toHaveLength(7);
  for (const { Namespace, MetricName, Dimensions, Statistic } of own) {
    expect(metrics[String(MetricName)]).toEqual({ unit: "Count", dimensions: [] });
    const service = MetricName === "UnsubscribesFailed" ? "feedback" : "deliver";
    expect(Dimensions).toEqual([{ Name: "service", Value: service }]);
    expect(functionNamed(made, service).environment).toMatchObject({ METRICS_NAMESPACE: Namespace });
    expect([Namespace, Statistic]).toEqual(["Night-Shift", "Sum"]);
  }
});

test("the alarm on faults of our own looks at periods in each of which what failed comes again", () => {
  const periodWith = (settings: Readonly<Record<string, string>>) =>
    Object.values(propertiesOf(synth(settings), "AWS::CloudWatch::Alarm")).find(
      ({ MetricName }) => MetricName === "OwnFailures",
    )?.Period;

  expect(periodWith({})).toBe(300);
  expect(periodWith({ "delivery.functionTimeoutSeconds": "100" })).toBe(600);
});

test("waiting mails that nobody looks for raise an alarm, although nothing fails", () => {
  template.hasResourceProperties("AWS::CloudWatch::Alarm", {
    MetricName: "Invocations",
    Threshold: 1,
    ComparisonOperator: "LessThanThreshold",
    TreatMissingData: "breaching",
  });
});

test("the outputs are those of the contract, and the user pool's when the stack makes one", () => {
  const withIssuer = synth({ "auth.issuer": "https://login.example.com", "auth.audience": "tidings" });
  const outputsOf = (from: Template) => Object.keys(from.toJSON().Outputs).sort();

  expect(outputsOf(template)).toEqual([...OUTPUTS, ...USER_POOL_OUTPUTS].sort());
  expect(outputsOf(withIssuer)).toEqual([...OUTPUTS].sort());
});

test("the template asks nothing of the account: no parameter, no custom resource", () => {
  const { Parameters, Resources } = template.toJSON();

  expect(Parameters).toBeUndefined();
  expect(JSON.stringify(Resources)).not.toMatch(/Custom::|AWS::CloudFormation::CustomResource/);
});

describe("the links to unsubscribe", () => {
  test.each([
    { removalPolicy: "retain", expected: "Retain" },
    { removalPolicy: "destroy", expected: "Delete" },
  ])(
    "are sealed with a generated key, which a stack that is deleted with $removalPolicy treats as its tables",
    ({ removalPolicy, expected }) => {
      const made = synth({ "stack.removalPolicy": removalPolicy });

      made.resourceCountIs("AWS::SecretsManager::Secret", 1);
      made.hasResource("AWS::SecretsManager::Secret", {
        Properties: { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true }, Name: Match.absent() },
        DeletionPolicy: expected,
        UpdateReplacePolicy: expected,
      });
    },
  );

  test("live as long as the names of their key and of the API's host: another one is a new one", () => {
    // Whoever has to change this ends the links in all mails that were sent before.
    expect(Object.keys(template.findResources("AWS::SecretsManager::Secret"))).toEqual([
      "TidingsUnsubscribeLinksKey85490B37",
    ]);
    expect(Object.keys(template.findResources("AWS::ApiGatewayV2::Api"))).toEqual(["TidingsApi2A89625E"]);
  });

  test("lead to the API, and their key is named to whoever makes them", () => {
    const [key] = Object.keys(template.findResources("AWS::SecretsManager::Secret"));

    expect(functionNamed(template, "deliver").environment).toMatchObject({
      LINK_KEY_SECRET: { Ref: key },
      UNSUBSCRIBE_URL: { "Fn::Join": ["", [{ "Fn::GetAtt": [expect.any(String), "ApiEndpoint"] }, "/v1/unsubscribe"]] },
    });
  });
});
