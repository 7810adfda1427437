import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { createAlarm } from "./alarms.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { countOf, metricsNamespace } from "./product-metrics.ts";
import { publishOwn } from "./publish-own.ts";
import type { Storage } from "./storage.ts";
import type { UnsubscribeLinks } from "./unsubscribe-links.ts";
import { updateSuppressions } from "./update-suppressions.ts";

/** What {@link Feedback} needs to know. */
export interface FeedbackProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  /** Where it tells what became of mails. */
  readonly bus: EventBus;
  readonly unsubscribeLinks: UnsubscribeLinks;
}

/**
 * Hears what became of mails, and who wants no more of them, from whoever proves to know. Of all that is configured it
 * can write suppression lists.
 */
export class Feedback extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, { platform, storage, bus, unsubscribeLinks }: FeedbackProps) {
    super(scope, id);
    this.handler = createFunction(this, platform, {
      name: "feedback",
      timeoutSeconds: 20,
      memoryMb: 256,
      environment: {
        configTable: storage.config.tableName,
        deliveriesTable: storage.deliveries.tableName,
        busName: bus.eventBusName,
        linkKeySecret: unsubscribeLinks.keySecretArn,
        metricsNamespace: metricsNamespace(this),
      },
      permissions: [
        { actions: ["dynamodb:GetItem"], on: [storage.config.tableArn] },
        updateSuppressions(storage),
        unsubscribeLinks.readKey,
        { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], on: [storage.deliveries.tableArn] },
        publishOwn(bus),
      ],
    });
    createAlarm(this, "UnsubscribesFailedAlarm", {
      metric: countOf(this, "feedback", { metric: "UnsubscribesFailed", period: Duration.minutes(5) }),
      limit: { above: 0 },
      periods: 1,
      severity: "high",
      meaning:
        "Somebody who wanted to unsubscribe could not: the next mail they get may be one they had a right not to.",
      runbook: "links-to-unsubscribe",
    });
  }
}
