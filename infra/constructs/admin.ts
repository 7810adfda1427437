import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { publishForTenants, publishOwn } from "./publish-own.ts";
import type { Storage } from "./storage.ts";

/** What {@link Admin} needs to know. */
export interface AdminProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  /** Where it publishes what was changed, and what it is asked to publish for tenants. */
  readonly bus: EventBus;
  /** Where the samples go that administrators ask for. */
  readonly outbox: Queue;
  /** Where issuers of OAuth tokens send the browser back to. */
  readonly oauthRedirectUri: string;
  readonly settings: Settings;
}

/** Answers the API, but for secrets: it can neither read nor write one. */
export class Admin extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: AdminProps) {
    super(scope, id);
    const { platform, storage, bus, outbox, oauthRedirectUri, settings } = props;
    this.handler = createFunction(this, platform, {
      name: "admin",
      timeoutSeconds: 10,
      memoryMb: 256,
      environment: {
        configTable: storage.config.tableName,
        deliveriesTable: storage.deliveries.tableName,
        busName: bus.eventBusName,
        outboxQueueUrl: outbox.queueUrl,
        oauthRedirectUri,
        groupsClaim: settings["auth.groupsClaim"],
        retentionDays: String(settings["retention.days"]),
      },
      permissions: [
        {
          actions: [
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
          ],
          on: [storage.config.tableArn],
        },
        { actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"], on: [storage.deliveries.tableArn] },
        { actions: ["sqs:SendMessage"], on: [outbox.queueArn] },
        publishOwn(bus),
        publishForTenants(bus),
      ],
    });
  }
}
