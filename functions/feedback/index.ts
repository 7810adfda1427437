import { ENV } from "../../shared/contracts/env.ts";
import { METRICS } from "../../shared/contracts/metrics.ts";
import { readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import { onFirstUse } from "../../shared/runtime/on-first-use.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createHeardDeliveries } from "../../shared/store/heard-deliveries.ts";
import { createMailConfig } from "../../shared/store/mail-config.ts";
import { createSuppressionStore } from "../../shared/store/suppression-store.ts";
import { createFeedbackHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  deliveriesTable: text(ENV.deliveriesTable),
  busName: text(ENV.busName),
  linkKeySecret: text(ENV.linkKeySecret),
  metricsNamespace: text(ENV.metricsNamespace),
});
const log = createLog("feedback");

const client = createDocumentClient();
const configTable = { client, name: env.configTable };

/** The Lambda function `feedback`. */
export const handler = createFeedbackHandler({
  settingsAt: createMailConfig(configTable).settings,
  deliveries: createHeardDeliveries({ client, name: env.deliveriesTable }),
  suppressions: createSuppressionStore(configTable),
  announcer: onFirstUse(["publish", "publishAll"], async () =>
    (await import("../../shared/bus/publisher.ts")).openPublisher(env.busName),
  ),
  linkKeys: onFirstUse(["get"], async () =>
    (await import("../../shared/secrets/link-keys.ts")).openLinkKeys(env.linkKeySecret),
  ),
  log,
  metrics: createMetrics({ service: "feedback", namespace: env.metricsNamespace, specs: METRICS }, log),
  now: () => new Date(),
});
