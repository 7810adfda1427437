import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { createPublisher } from "../../shared/bus/publisher.ts";
import { ENV } from "../../shared/contracts/env.ts";
import { positiveNumber, readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createAuditStore } from "../../shared/store/audit-store.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createHistoryReader } from "../../shared/store/history-store.ts";
import { createLastTestStore } from "../../shared/store/last-test-store.ts";
import { createOAuthStateReader } from "../../shared/store/oauth-store.ts";
import { createAdminHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  deliveriesTable: text(ENV.deliveriesTable),
  retentionDays: positiveNumber(ENV.retentionDays),
  busName: text(ENV.busName),
  groupsClaim: text(ENV.groupsClaim),
  oauthRedirectUri: text(ENV.oauthRedirectUri),
});

const client = createDocumentClient();
const table = { client, name: env.configTable };
const now = () => new Date();

/** The Lambda function `admin`. */
export const handler = createAdminHandler({
  config: createConfigStore(table),
  audit: createAuditStore(table),
  publisher: createPublisher(new EventBridgeClient(), env.busName),
  history: createHistoryReader({ client, name: env.deliveriesTable }, now, env.retentionDays),
  log: createLog("admin"),
  oauthStates: createOAuthStateReader(table),
  lastTests: createLastTestStore(table),
  redirectUri: env.oauthRedirectUri,
  groupsClaim: env.groupsClaim,
  now,
});
