import { type EventBus, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { acknowledgeSecretWildcard, type MailSecrets } from "./mail-secrets.ts";
import { publishOwn } from "./publish-own.ts";
import type { Storage } from "./storage.ts";

/** What {@link OAuth} needs to know. */
export interface OAuthProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  readonly oauthSecrets: MailSecrets;
  /** Where it publishes what was changed, and that consent ends. */
  readonly bus: EventBus;
  /** Where the mails go that warn of it. */
  readonly outbox: Queue;
  /** Where issuers send the browser back to. */
  readonly redirectUri: string;
  readonly settings: Settings;
}

/** Connects mailboxes to Google and Microsoft. It alone can read client secrets and tokens. */
export class OAuth extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: OAuthProps) {
    super(scope, id);
    const { platform, storage, oauthSecrets, bus, outbox, redirectUri, settings } = props;
    this.handler = createFunction(this, platform, {
      name: "oauth",
      // For the upkeep of many mailboxes; everything else ends within the 30 seconds that an HTTP API waits.
      timeoutSeconds: 300,
      memoryMb: 256,
      environment: {
        configTable: storage.config.tableName,
        oauthSecretPrefix: oauthSecrets.prefix,
        oauthRedirectUri: redirectUri,
        googleIssuer: settings["oauth.googleIssuer"],
        microsoftIssuer: settings["oauth.microsoftIssuer"],
        outboxQueueUrl: outbox.queueUrl,
        busName: bus.eventBusName,
        groupsClaim: settings["auth.groupsClaim"],
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
        {
          actions: ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
          on: [oauthSecrets.arn],
        },
        { actions: ["sqs:SendMessage"], on: [outbox.queueArn] },
        publishOwn(bus),
      ],
    });
    acknowledgeSecretWildcard(this, oauthSecrets);
    this.#addSchedule();
  }

  #addSchedule(): void {
    new Rule(this, "Schedule", {
      description: "Tidings looks after the connected mailboxes.",
      schedule: Schedule.rate(Duration.hours(6)),
      // No dead letters: what one run misses the next one finds.
      targets: [new LambdaTarget(this.handler, { maxEventAge: Duration.hours(1), retryAttempts: 2 })],
    });
  }
}
