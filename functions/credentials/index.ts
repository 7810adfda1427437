import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createPublisher } from "../../shared/bus/publisher.ts";
import { ENV } from "../../shared/contracts/env.ts";
import { readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createSecretWriter } from "../../shared/secrets/secret-writer.ts";
import { createAuditStore } from "../../shared/store/audit-store.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createLastTestStore } from "../../shared/store/last-test-store.ts";
import { createCredentialsHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  secretPrefix: text(ENV.secretPrefix),
  oauthSecretPrefix: text(ENV.oauthSecretPrefix),
  busName: text(ENV.busName),
  groupsClaim: text(ENV.groupsClaim),
});

const table = { client: createDocumentClient(), name: env.configTable };

/** The Lambda function `credentials`. */
export const handler = createCredentialsHandler({
  ...createConfigStore(table),
  audit: createAuditStore(table),
  publisher: createPublisher(new EventBridgeClient(), env.busName),
  secrets: createSecretWriter(new SecretsManagerClient(), { mail: env.secretPrefix, oauth: env.oauthSecretPrefix }),
  lastTests: createLastTestStore(table),
  log: createLog("credentials"),
  groupsClaim: env.groupsClaim,
  now: () => new Date(),
});
