import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { metricsNamespace } from "./product-metrics.ts";
import type { Storage } from "./storage.ts";
import type { WorkQueue } from "./work-queue.ts";

/** What {@link Notify} needs to know. */
export interface NotifyProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  /** Events to take in. What cannot be read, and so has nobody to tell, goes to its dead letters. */
  readonly events: WorkQueue;
  /** Where the mails to send go. */
  readonly outbox: Queue;
  readonly settings: Settings;
}

/** Decides who is to be mailed about an event. It reads no secret and opens no connection to a tenant's host. */
export class Notify extends Construct {
  constructor(scope: Construct, id: string, { platform, storage, events, outbox, settings }: NotifyProps) {
    super(scope, id);
    const handler = createFunction(this, platform, {
      name: "notify",
      timeoutSeconds: settings["notify.functionTimeoutSeconds"],
      memoryMb: 256,
      environment: {
        configTable: storage.config.tableName,
        deliveriesTable: storage.deliveries.tableName,
        outboxQueueUrl: outbox.queueUrl,
        eventsDlqUrl: events.deadLetters.queueUrl,
        retentionDays: String(settings["retention.days"]),
        metricsNamespace: metricsNamespace(this),
      },
      permissions: [
        { actions: ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"], on: [storage.config.tableArn] },
        {
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
          on: [storage.deliveries.tableArn],
        },
        { actions: ["sqs:SendMessage"], on: [outbox.queueArn, events.deadLetters.queueArn] },
      ],
    });
    events.feed(handler);
  }
}
