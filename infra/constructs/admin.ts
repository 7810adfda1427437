import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import type { Storage } from "./storage.ts";

/** What {@link Admin} needs to know. */
export interface AdminProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  readonly settings: Settings;
}

/** Answers the API, but for secrets: it can neither read nor write one. */
export class Admin extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, { platform, storage, settings }: AdminProps) {
    super(scope, id);
    this.handler = createFunction(this, platform, {
      name: "admin",
      timeoutSeconds: 10,
      memoryMb: 256,
      environment: {
        configTable: storage.config.tableName,
        deliveriesTable: storage.deliveries.tableName,
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
      ],
    });
  }
}
