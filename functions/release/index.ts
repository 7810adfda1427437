import { SQSClient } from "@aws-sdk/client-sqs";
import { ENV } from "../../shared/contracts/env.ts";
import { METRICS } from "../../shared/contracts/metrics.ts";
import { createOutbox } from "../../shared/queue/outbox.ts";
import { readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createDueIndex } from "../../shared/store/due-index.ts";
import { createReleaseHandler } from "./handler.ts";

const env = readEnv({
  deliveriesTable: text(ENV.deliveriesTable),
  dueIndex: text(ENV.dueIndex),
  outboxQueueUrl: text(ENV.outboxQueueUrl),
  metricsNamespace: text(ENV.metricsNamespace),
});
const log = createLog("release");

/** The Lambda function `release`. */
export const handler = createReleaseHandler({
  dueIndex: createDueIndex({ client: createDocumentClient(), name: env.deliveriesTable }, env.dueIndex),
  outbox: createOutbox(new SQSClient(), env.outboxQueueUrl),
  log,
  metrics: createMetrics({ service: "release", namespace: env.metricsNamespace, specs: METRICS }, log),
  now: () => new Date(),
});
