import type { IFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { acknowledgeSecretWildcard, type MailSecrets } from "./mail-secrets.ts";
import type { Storage } from "./storage.ts";

/** What {@link Connect} needs to know. */
export interface ConnectProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  readonly secrets: MailSecrets;
  /** Hands out access tokens. */
  readonly oauth: IFunction;
  readonly settings: Settings;
}

/** Longest wait of an HTTP API for a function (API Gateway, "Quotas for HTTP APIs": maximum integration timeout). */
const MAX_REQUEST_SECONDS = 30;

/** Time of a test besides its send: cold start, settings and secrets. */
const OVERHEAD_SECONDS = 4;

/** Tests connections by sending one mail. Of all that is configured it can write the result of the latest test. */
export class Connect extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, { platform, storage, secrets, oauth, settings }: ConnectProps) {
    super(scope, id);
    this.handler = createFunction(this, platform, {
      name: "connect",
      timeoutSeconds: Math.min(MAX_REQUEST_SECONDS, settings["delivery.sendDeadlineSeconds"] + OVERHEAD_SECONDS),
      memoryMb: 512,
      environment: {
        configTable: storage.config.tableName,
        secretPrefix: secrets.prefix,
        oauthFunction: oauth.functionName,
        allowedTargets: settings["egress.allowedTargets"].join(","),
        sendgridBaseUrl: settings["sendgrid.baseUrl"],
        sendDeadlineSeconds: String(settings["delivery.sendDeadlineSeconds"]),
        groupsClaim: settings["auth.groupsClaim"],
      },
      permissions: [
        {
          actions: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"],
          on: [storage.config.tableArn],
        },
        {
          actions: ["dynamodb:UpdateItem"],
          on: [storage.config.tableArn],
          // Nothing else of an item (DynamoDB developer guide, "Fine-grained access control").
          conditions: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "lastTest"] } },
        },
        { actions: ["secretsmanager:GetSecretValue"], on: [secrets.arn] },
        { actions: ["lambda:InvokeFunction"], on: [oauth.functionArn] },
      ],
    });
    acknowledgeSecretWildcard(this, secrets);
  }
}
