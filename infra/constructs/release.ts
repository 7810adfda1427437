import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { createAlarm } from "./alarms.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { metricsNamespace } from "./product-metrics.ts";
import type { Storage } from "./storage.ts";

/** What {@link Release} needs to know. */
export interface ReleaseProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  /** Where deliveries go when their time has come. */
  readonly outbox: Queue;
}

/** Each minute puts the deliveries whose time has come back into the outbox. */
export class Release extends Construct {
  constructor(scope: Construct, id: string, { platform, storage, outbox }: ReleaseProps) {
    super(scope, id);
    const handler = createFunction(this, platform, {
      name: "release",
      // Ends before the next one begins.
      timeoutSeconds: 55,
      memoryMb: 256,
      environment: {
        deliveriesTable: storage.deliveries.tableName,
        dueIndex: storage.dueIndexName,
        outboxQueueUrl: outbox.queueUrl,
        metricsNamespace: metricsNamespace(this),
      },
      permissions: [
        { actions: ["dynamodb:Query"], on: [storage.dueIndexArn] },
        { actions: ["dynamodb:UpdateItem"], on: [storage.deliveries.tableArn] },
        { actions: ["sqs:SendMessage"], on: [outbox.queueArn] },
      ],
    });
    new Rule(this, "Schedule", {
      description: "Tidings looks each minute for deliveries whose time has come.",
      schedule: Schedule.rate(Duration.minutes(1)),
      // No dead letters: what one run misses the next one finds.
      targets: [new LambdaFunction(handler, { maxEventAge: Duration.minutes(1), retryAttempts: 0 })],
    });
    createAlarm(this, "FailingAlarm", {
      metric: handler.metricErrors({ period: Duration.minutes(1) }),
      limit: { above: 0 },
      periods: 5,
      severity: "high",
      meaning: "For five minutes no waiting delivery has been put back into the outbox.",
      runbook: "release-failing",
    });
    // A function that nobody calls, or that Lambda throttles, reports no error.
    createAlarm(this, "StandstillAlarm", {
      metric: handler.metricInvocations({ period: Duration.minutes(5) }),
      limit: { below: 1 },
      periods: 2,
      severity: "high",
      meaning: "For ten minutes nobody has looked for waiting deliveries.",
      runbook: "release-failing",
    });
  }
}
