import { randomUUID } from "node:crypto";
import { ENV } from "../../shared/contracts/env.ts";
import { positiveNumber, readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { onFirstUse } from "../../shared/runtime/on-first-use.ts";
import { createAuditStore } from "../../shared/store/audit-store.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { createDigestStore } from "../../shared/store/digest-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createEventStore } from "../../shared/store/event-store.ts";
import { createHistoryReader } from "../../shared/store/history-store.ts";
import { createLastTestStore } from "../../shared/store/last-test-store.ts";
import { createOAuthStateReader } from "../../shared/store/oauth-store.ts";
import { createOutcomeStore } from "../../shared/store/outcome-store.ts";
import { createRoutingConfig } from "../../shared/store/routing-config.ts";
import { createTemplateContents } from "../../shared/store/template-store.ts";
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
const deliveriesTable = { client, name: env.deliveriesTable };
const now = () => new Date();

/** The Lambda function `admin`. */
export const handler = createAdminHandler({
  config: createConfigStore(table),
  templateContents: createTemplateContents(table),
  templates: templateEngine,
  ...onFirstUse(["renderBuiltIn"], () => import("../../shared/templates/built-in.ts")),
  events: createEventStore(deliveriesTable, env.retentionDays),
  routing: createRoutingConfig(table, now),
  outcomes: createOutcomeStore(deliveriesTable, env.retentionDays),
  outbox: onFirstUse(["send"], async () =>
    (await import("../../shared/queue/outbox.ts")).openOutbox(env.outboxQueueUrl),
  ),
  audit: createAuditStore(table),
  publisher: onFirstUse(["publish"], async () =>
    (await import("../../shared/bus/publisher.ts")).openPublisher(env.busName),
  ),
  tenantBus: onFirstUse(["publish"], async () =>
    (await import("../../shared/bus/publisher.ts")).openTenantPublisher(env.busName),
  ),
  deliveries: onFirstUse(["requeue", "cancel"], async () =>
    (await import("../../shared/store/delivery-control.ts")).createDeliveryControl(
      deliveriesTable,
      createDigestStore(deliveriesTable, env.retentionDays),
    ),
  ),
  history: createHistoryReader(deliveriesTable, now, env.retentionDays),
  log: createLog("admin"),
  oauthStates: createOAuthStateReader(table),
  lastTests: createLastTestStore(table),
  redirectUri: env.oauthRedirectUri,
  groupsClaim: env.groupsClaim,
  newId: randomUUID,
  now,
});
