import { ENV } from "../../shared/contracts/env.ts";
import { positiveNumber, readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createHistoryReader } from "../../shared/store/history-store.ts";
import { createAdminHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  deliveriesTable: text(ENV.deliveriesTable),
  retentionDays: positiveNumber(ENV.retentionDays),
  groupsClaim: text(ENV.groupsClaim),
});

const client = createDocumentClient();
const now = () => new Date();

/** The Lambda function `admin`. */
export const handler = createAdminHandler({
  config: createConfigStore({ client, name: env.configTable }),
  history: createHistoryReader({ client, name: env.deliveriesTable }, now, env.retentionDays),
  log: createLog("admin"),
  groupsClaim: env.groupsClaim,
  now,
});
