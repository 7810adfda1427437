import { SQSClient } from "@aws-sdk/client-sqs";
import { ENV } from "../../shared/contracts/env.ts";
import { METRICS } from "../../shared/contracts/metrics.ts";
import { createDeadLetters } from "../../shared/queue/dead-letters.ts";
import { createOutbox } from "../../shared/queue/outbox.ts";
import { positiveNumber, readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import { createAwsSourceDirectory } from "../../shared/store/aws-source-directory.ts";
import { createDigestStore } from "../../shared/store/digest-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createEventStore } from "../../shared/store/event-store.ts";
import { createOutcomeStore } from "../../shared/store/outcome-store.ts";
import { createRoutingConfig } from "../../shared/store/routing-config.ts";
import { createWaitingRoom } from "../../shared/store/waiting-store.ts";
import { createNotifyHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  deliveriesTable: text(ENV.deliveriesTable),
  outboxQueueUrl: text(ENV.outboxQueueUrl),
  eventsDlqUrl: text(ENV.eventsDlqUrl),
  retentionDays: positiveNumber(ENV.retentionDays),
  metricsNamespace: text(ENV.metricsNamespace),
});
const log = createLog("notify");
const client = createDocumentClient();
const sqs = new SQSClient();
const now = () => new Date();

/** The Lambda function `notify`. */
export const handler = createNotifyHandler({
  config: createRoutingConfig({ client, name: env.configTable }, now),
  awsSources: createAwsSourceDirectory({ client, name: env.configTable }, now),
  events: createEventStore({ client, name: env.deliveriesTable }, env.retentionDays),
  outcomes: createOutcomeStore({ client, name: env.deliveriesTable }, env.retentionDays),
  waiting: createWaitingRoom({ client, name: env.deliveriesTable }, env.retentionDays),
  digests: createDigestStore({ client, name: env.deliveriesTable }, env.retentionDays),
  outbox: createOutbox(sqs, env.outboxQueueUrl),
  deadLetters: createDeadLetters(sqs, env.eventsDlqUrl),
  log,
  metrics: createMetrics({ service: "notify", namespace: env.metricsNamespace, specs: METRICS }, log),
  now,
});
