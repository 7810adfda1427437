import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import { RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { OutputName, UserPoolOutputName } from "../shared/contracts/outputs.ts";
import { OAUTH_CALLBACK_PATH } from "../shared/contracts/routes.ts";
import { Admin } from "./constructs/admin.ts";
import { Api } from "./constructs/api.ts";
import { Connect } from "./constructs/connect.ts";
import { Credentials } from "./constructs/credentials.ts";
import { Deliver, type DeliverProps } from "./constructs/deliver.ts";
import { Feedback } from "./constructs/feedback.ts";
import type { CodeFor, FunctionPlatform } from "./constructs/function.ts";
import { Identity } from "./constructs/identity.ts";
import { Intake } from "./constructs/intake.ts";
import { type MailSecrets, mailSecrets, oauthSecrets } from "./constructs/mail-secrets.ts";
import { Notify } from "./constructs/notify.ts";
import { OAuth } from "./constructs/oauth.ts";
import { Release } from "./constructs/release.ts";
import { Storage } from "./constructs/storage.ts";
import { UnsubscribeLinks } from "./constructs/unsubscribe-links.ts";
import { WorkQueue } from "./constructs/work-queue.ts";
import type { Settings } from "./settings.ts";

/** What {@link Tidings} needs to know. */
export interface TidingsProps {
  /** From `readSettings`. */
  readonly settings: Settings;
  /** Where each function's code is: from `bundleFunctions`, as assets. */
  readonly codeFor: CodeFor;
}

/** What the steps share. */
interface Shared {
  readonly settings: Settings;
  readonly platform: FunctionPlatform;
  readonly storage: Storage;
  readonly secrets: MailSecrets;
  readonly oauthSecrets: MailSecrets;
}

/** The whole system, one construct for each step of the path from an event to a mail. */
export class Tidings extends Construct {
  /** Values of the stack's outputs. */
  readonly outputs: Readonly<Record<OutputName, string> & Partial<Record<UserPoolOutputName, string>>>;
  readonly #intake: Intake;

  constructor(scope: Construct, id: string, { settings, codeFor }: TidingsProps) {
    super(scope, id);
    const removalPolicy = settings["stack.removalPolicy"] === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const secretPrefix = settings["stack.name"].toLowerCase();
    const shared: Shared = {
      settings,
      platform: { codeFor, logRetention: settings["logs.retentionDays"], removalPolicy },
      storage: new Storage(this, "Storage", { removalPolicy }),
      secrets: mailSecrets(Stack.of(this), secretPrefix),
      oauthSecrets: oauthSecrets(Stack.of(this), secretPrefix),
    };
    const intake = new Intake(this, "Intake", {
      notifyTimeoutSeconds: settings["notify.functionTimeoutSeconds"],
      awsServices: settings["intake.awsSources"],
    });
    const outbox = new WorkQueue(this, "Outbox", {
      name: "outbox",
      consumerTimeoutSeconds: settings["delivery.functionTimeoutSeconds"],
    });
    const identity = new Identity(this, "Identity", { settings, removalPolicy });
    const api = new Api(this, "Api", {
      platform: shared.platform,
      tokens: identity,
      corsOrigins: settings["api.corsOrigins"],
    });
    const oauthRedirectUri = `${api.url}${OAUTH_CALLBACK_PATH}`;
    const oauth = new OAuth(this, "OAuth", {
      ...shared,
      bus: intake.bus,
      outbox: outbox.queue,
      redirectUri: oauthRedirectUri,
    }).handler;
    const unsubscribeLinks = new UnsubscribeLinks(this, "UnsubscribeLinks", { apiUrl: api.url, removalPolicy });
    this.#createSending(shared, intake, outbox, { oauth, unsubscribeLinks });
    api.serve({
      admin: new Admin(this, "Admin", { ...shared, bus: intake.bus, outbox: outbox.queue, oauthRedirectUri }).handler,
      credentials: new Credentials(this, "Credentials", { ...shared, bus: intake.bus }).handler,
      connect: new Connect(this, "Connect", { ...shared, oauth }).handler,
      oauth,
      feedback: new Feedback(this, "Feedback", { ...shared, bus: intake.bus, unsubscribeLinks }).handler,
    });
    this.#intake = intake;
    this.outputs = {
      apiUrl: api.url,
      busName: intake.bus.eventBusName,
      eventsQueueUrl: intake.events.queue.queueUrl,
      eventsDlqUrl: intake.events.deadLetters.queueUrl,
      outboxQueueUrl: outbox.queue.queueUrl,
      outboxDlqUrl: outbox.deadLetters.queueUrl,
      configTable: shared.storage.config.tableName,
      deliveriesTable: shared.storage.deliveries.tableName,
      ...identity.outputs,
    };
  }

  /** See {@link Intake.grantPublish}. */
  grantPublish(grantee: IGrantable, tenant: string): Grant {
    return this.#intake.grantPublish(grantee, tenant);
  }

  /** The path behind the intake: notify -> outbox -> deliver, and release for what has to wait. */
  #createSending(
    { settings, platform, storage, secrets }: Shared,
    { bus, events }: Intake,
    outbox: WorkQueue,
    { oauth, unsubscribeLinks }: Pick<DeliverProps, "oauth" | "unsubscribeLinks">,
  ): void {
    new Notify(this, "Notify", { platform, storage, events, outbox: outbox.queue, settings });
    new Deliver(this, "Deliver", {
      platform,
      storage,
      outbox,
      bus,
      secrets,
      unsubscribeLinks,
      oauth,
      settings,
    });
    new Release(this, "Release", { platform, storage, outbox: outbox.queue });
  }
}
