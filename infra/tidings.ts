import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import { RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { OutputName } from "../shared/contracts/outputs.ts";
import { Admin } from "./constructs/admin.ts";
import { Api } from "./constructs/api.ts";
import { Credentials } from "./constructs/credentials.ts";
import { Deliver } from "./constructs/deliver.ts";
import type { CodeFor, FunctionPlatform } from "./constructs/function.ts";
import { Identity } from "./constructs/identity.ts";
import { Intake } from "./constructs/intake.ts";
import { type MailSecrets, mailSecrets } from "./constructs/mail-secrets.ts";
import { Notify } from "./constructs/notify.ts";
import { Release } from "./constructs/release.ts";
import { Storage } from "./constructs/storage.ts";
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
}

/** The whole system, one construct for each step of the path from an event to a mail. */
export class Tidings extends Construct {
  /** Values of the stack's outputs. */
  readonly outputs: Readonly<Record<OutputName, string>>;
  readonly #intake: Intake;

  constructor(scope: Construct, id: string, { settings, codeFor }: TidingsProps) {
    super(scope, id);
    const removalPolicy = settings["stack.removalPolicy"] === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const shared: Shared = {
      settings,
      platform: { codeFor, logRetention: settings["logs.retentionDays"], removalPolicy },
      storage: new Storage(this, "Storage", { removalPolicy }),
      secrets: mailSecrets(Stack.of(this), `${settings["stack.name"].toLowerCase()}/mail`),
    };
    const intake = new Intake(this, "Intake", { notifyTimeoutSeconds: settings["notify.functionTimeoutSeconds"] });
    const outbox = this.#createSending(shared, intake);
    const api = this.#createApi(shared);
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
    };
  }

  /** See {@link Intake.grantPublish}. */
  grantPublish(grantee: IGrantable, tenant: string): Grant {
    return this.#intake.grantPublish(grantee, tenant);
  }

  /** The path behind the intake: notify -> outbox -> deliver, and release for what has to wait. */
  #createSending({ settings, platform, storage, secrets }: Shared, { events }: Intake): WorkQueue {
    const outbox = new WorkQueue(this, "Outbox", {
      name: "outbox",
      consumerTimeoutSeconds: settings["delivery.functionTimeoutSeconds"],
    });
    new Notify(this, "Notify", { platform, storage, events, outbox: outbox.queue, settings });
    new Deliver(this, "Deliver", { platform, storage, outbox, secrets, settings });
    new Release(this, "Release", { platform, storage, outbox: outbox.queue });
    return outbox;
  }

  /** What administrators use. */
  #createApi({ settings, platform, storage, secrets }: Shared): Api {
    const admin = new Admin(this, "Admin", { platform, storage, settings });
    const credentials = new Credentials(this, "Credentials", { platform, storage, secrets, settings });
    return new Api(this, "Api", {
      platform,
      handlers: { admin: admin.handler, credentials: credentials.handler },
      tokens: new Identity(this, "Identity", { settings, removalPolicy: platform.removalPolicy }),
      corsOrigins: settings["api.corsOrigins"],
    });
  }
}
