import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { publishOwn } from "./publish-own.ts";
import type { Storage } from "./storage.ts";
import { updateSuppressions } from "./update-suppressions.ts";

/** What {@link Feedback} needs to know. */
export interface FeedbackProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  /** Where it tells what became of mails. */
  readonly bus: EventBus;
}

/** Hears what became of mails, from whoever proves to know. Of all that is configured it can write suppression lists. */
export class Feedback extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, { platform, storage, bus }: FeedbackProps) {
    super(scope, id);
    this.handler = createFunction(this, platform, {
      name: "feedback",
      timeoutSeconds: 20,
      memoryMb: 256,
      environment: {
        configTable: storage.config.tableName,
        deliveriesTable: storage.deliveries.tableName,
        busName: bus.eventBusName,
      },
      permissions: [
        { actions: ["dynamodb:GetItem"], on: [storage.config.tableArn] },
        updateSuppressions(storage),
        { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], on: [storage.deliveries.tableArn] },
        publishOwn(bus),
      ],
    });
  }
}
