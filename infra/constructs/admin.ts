import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { publishOwn } from "./publish-own.ts";
import type { Storage } from "./storage.ts";

/** What {@link Admin} needs to know. */
export interface AdminProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  /** Where it publishes what was changed. */
  readonly bus: EventBus;
  /** Where issuers of OAuth tokens send the browser back to. */
  readonly oauthRedirectUri: string;
  readonly settings: Settings;
}

/** Answers the API, but for secrets: it can neither read nor write one. */
export class Admin extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: AdminProps) {
    super(scope, id);
    const { platform, storage, bus, oauthRedirectUri, settings } = props;
    this.handler = createFunction(this, platform, {
      name: "admin",
      timeoutSeconds: 10,
      memoryMb: 256,
      environment: {
        configTable: storage.config.tableName,
        deliveriesTable: storage.deliveries.tableName,
        busName: bus.eventBusName,
        oauthRedirectUri,
        groupsClaim: settings["auth.groupsClaim"],
        retentionDays: String(settings["retention.days"]),
      },
      permissions: [
        {
          actions: [
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
          ],
          on: [storage.config.tableArn],
        },
        { actions: ["dynamodb:GetItem", "dynamodb:Query"], on: [storage.deliveries.tableArn] },
        publishOwn(bus),
      ],
    });
  }
}
