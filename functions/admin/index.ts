import { randomUUID } from "node:crypto";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createPublisher, createTenantPublisher } from "../../shared/bus/publisher.ts";
import { ENV } from "../../shared/contracts/env.ts";
import { createOutbox } from "../../shared/queue/outbox.ts";
import { positiveNumber, readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createAuditStore } from "../../shared/store/audit-store.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { createDeliveryControl } from "../../shared/store/delivery-control.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createEventStore } from "../../shared/store/event-store.ts";
import { createHistoryReader } from "../../shared/store/history-store.ts";
import { createLastTestStore } from "../../shared/store/last-test-store.ts";
import { createOAuthStateReader } from "../../shared/store/oauth-store.ts";
import { createOutcomeStore } from "../../shared/store/outcome-store.ts";
import { createRoutingConfig } from "../../shared/store/routing-config.ts";
import { createTemplateContents } from "../../shared/store/template-store.ts";
import { renderBuiltIn } from "../../shared/templates/built-in.ts";
import { templateEngine } from "../../shared/templates/template-engine.ts";
import { createAdminHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  deliveriesTable: text(ENV.deliveriesTable),
  retentionDays: positiveNumber(ENV.retentionDays),
  outboxQueueUrl: text(ENV.outboxQueueUrl),
  busName: text(ENV.busName),
  groupsClaim: text(ENV.groupsClaim),
  oauthRedirectUri: text(ENV.oauthRedirectUri),
});

const client = createDocumentClient();
const table = { client, name: env.configTable };
const bridge = new EventBridgeClient();
const now = () => new Date();

/** The Lambda function `admin`. */
export const handler = createAdminHandler({
  config: createConfigStore(table),
  templateContents: createTemplateContents(table),
  templates: templateEngine,
  renderBuiltIn,
  events: createEventStore({ client, name: env.deliveriesTable }, env.retentionDays),
  routing: createRoutingConfig(table, now),
  outcomes: createOutcomeStore({ client, name: env.deliveriesTable }, env.retentionDays),
  outbox: createOutbox(new SQSClient(), env.outboxQueueUrl),
  audit: createAuditStore(table),
  publisher: createPublisher(bridge, env.busName),
  tenantBus: createTenantPublisher(bridge, env.busName),
  deliveries: createDeliveryControl({ client, name: env.deliveriesTable }),
  history: createHistoryReader({ client, name: env.deliveriesTable }, now, env.retentionDays),
  log: createLog("admin"),
  oauthStates: createOAuthStateReader(table),
  lastTests: createLastTestStore(table),
  redirectUri: env.oauthRedirectUri,
  groupsClaim: env.groupsClaim,
  newId: randomUUID,
  now,
});
