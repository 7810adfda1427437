import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { acknowledgeSecretWildcard, type MailSecrets } from "./mail-secrets.ts";
import { publishOwn } from "./publish-own.ts";
import type { Storage } from "./storage.ts";

/** What {@link Credentials} needs to know. */
export interface CredentialsProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  /** Where it publishes what was changed. */
  readonly bus: EventBus;
  readonly secrets: MailSecrets;
  readonly oauthSecrets: MailSecrets;
  readonly settings: Settings;
}

/** Takes tenants' secrets and notes in their settings that they are there. It can never read one back. */
export class Credentials extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: CredentialsProps) {
    super(scope, id);
    const { platform, storage, bus, secrets, oauthSecrets, settings } = props;
    this.handler = createFunction(this, platform, {
      name: "credentials",
      timeoutSeconds: 10,
      memoryMb: 256,
      environment: {
        configTable: storage.config.tableName,
        secretPrefix: secrets.prefix,
        oauthSecretPrefix: oauthSecrets.prefix,
        busName: bus.eventBusName,
        groupsClaim: settings["auth.groupsClaim"],
      },
      permissions: [
        {
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
          on: [storage.config.tableArn],
        },
        publishOwn(bus),
        {
          actions: ["secretsmanager:CreateSecret", "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"],
          on: [secrets.arn, oauthSecrets.arn],
        },
      ],
    });
    acknowledgeSecretWildcard(this, secrets);
    acknowledgeSecretWildcard(this, oauthSecrets);
  }
}
