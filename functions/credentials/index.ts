import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ENV } from "../../shared/contracts/env.ts";
import { readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createSecretWriter } from "../../shared/secrets/secret-writer.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createCredentialsHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  secretPrefix: text(ENV.secretPrefix),
  groupsClaim: text(ENV.groupsClaim),
});

/** The Lambda function `credentials`. */
export const handler = createCredentialsHandler({
  ...createConfigStore({ client: createDocumentClient(), name: env.configTable }),
  secrets: createSecretWriter(new SecretsManagerClient(), env.secretPrefix),
  log: createLog("credentials"),
  groupsClaim: env.groupsClaim,
  now: () => new Date(),
});
