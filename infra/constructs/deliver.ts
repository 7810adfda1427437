import type { EventBus } from "aws-cdk-lib/aws-events";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { DeliveryAlarms } from "./delivery-alarms.ts";
import { createFunction, type FunctionPlatform } from "./function.ts";
import { acknowledgeSecretWildcard, type MailSecrets } from "./mail-secrets.ts";
import { metricsNamespace } from "./product-metrics.ts";
import { publishOwn } from "./publish-own.ts";
import type { Storage } from "./storage.ts";
import type { UnsubscribeLinks } from "./unsubscribe-links.ts";
import { updateSuppressions } from "./update-suppressions.ts";
import type { WorkQueue } from "./work-queue.ts";

/** What {@link Deliver} needs to know. */
export interface DeliverProps {
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  /** Mails to send. */
  readonly outbox: WorkQueue;
  /** Where it tells that a server refused a login. */
  readonly bus: EventBus;
  readonly secrets: MailSecrets;
  readonly unsubscribeLinks: UnsubscribeLinks;
  /** Hands out access tokens. */
  readonly oauth: IFunction;
  readonly settings: Settings;
}

/** Sends the mails. Of all that is configured it can write suppression lists. */
export class Deliver extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { platform, storage, outbox, bus, secrets, unsubscribeLinks, oauth, settings }: DeliverProps,
  ) {
    super(scope, id);
    const handler = createFunction(this, platform, {
      name: "deliver",
      timeoutSeconds: settings["delivery.functionTimeoutSeconds"],
      // TLS handshakes and rendering want more of a processor than Lambda gives to 256 MB.
      memoryMb: 512,
      environment: {
        configTable: storage.config.tableName,
        deliveriesTable: storage.deliveries.tableName,
        outboxQueueUrl: outbox.queue.queueUrl,
        busName: bus.eventBusName,
        secretPrefix: secrets.prefix,
        linkKeySecret: unsubscribeLinks.keySecretArn,
        unsubscribeUrl: unsubscribeLinks.url,
        oauthFunction: oauth.functionName,
        allowedTargets: settings["egress.allowedTargets"].join(","),
        sendgridBaseUrl: settings["sendgrid.baseUrl"],
        retryBaseSeconds: String(settings["retry.baseSeconds"]),
        retryCapSeconds: String(settings["retry.capSeconds"]),
        retryGiveUpHours: String(settings["retry.giveUpHours"]),
        feedbackSeconds: String(settings["sendgrid.feedbackSeconds"]),
        leaseSeconds: String(settings["delivery.functionTimeoutSeconds"]),
        sendDeadlineSeconds: String(settings["delivery.sendDeadlineSeconds"]),
        maxSenders: String(settings["delivery.concurrency"] ?? ""),
        retentionDays: String(settings["retention.days"]),
        metricsNamespace: metricsNamespace(this),
      },
      permissions: [
        { actions: ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"], on: [storage.config.tableArn] },
        updateSuppressions(storage),
        {
          actions: ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
          on: [storage.deliveries.tableArn],
        },
        { actions: ["secretsmanager:GetSecretValue"], on: [secrets.arn] },
        unsubscribeLinks.readKey,
        { actions: ["lambda:InvokeFunction"], on: [oauth.functionArn] },
        { actions: ["sqs:SendMessage"], on: [outbox.queue.queueArn] },
        publishOwn(bus),
      ],
    });
    acknowledgeSecretWildcard(this, secrets);
    outbox.feed(handler, settings["delivery.concurrency"]);
    new DeliveryAlarms(this, "Alarms", outbox.visibilitySeconds);
  }
}
