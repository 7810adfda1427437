import { setTimeout as sleep } from "node:timers/promises";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createAuditTrail } from "../../shared/admin/audit.ts";
import { ENV } from "../../shared/contracts/env.ts";
import { createIssuers } from "../../shared/providers/oauth.ts";
import { optionalText, readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { onFirstUse } from "../../shared/runtime/on-first-use.ts";
import { createOAuthSecrets } from "../../shared/secrets/oauth-secrets.ts";
import { createAuditStore } from "../../shared/store/audit-store.ts";
import { createConsentStore } from "../../shared/store/consent-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createMailConfig } from "../../shared/store/mail-config.ts";
import { createOAuthStore } from "../../shared/store/oauth-store.ts";
import { createOAuthHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  oauthSecretPrefix: text(ENV.oauthSecretPrefix),
  oauthRedirectUri: text(ENV.oauthRedirectUri),
  googleIssuer: optionalText(ENV.googleIssuer),
  microsoftIssuer: optionalText(ENV.microsoftIssuer),
  outboxQueueUrl: text(ENV.outboxQueueUrl),
  busName: text(ENV.busName),
  groupsClaim: text(ENV.groupsClaim),
});

const table = { client: createDocumentClient(), name: env.configTable };
const log = createLog("oauth");
const publisher = onFirstUse(["publish"], async () =>
  (await import("../../shared/bus/publisher.ts")).openPublisher(env.busName),
);

/** The Lambda function `oauth`. */
export const handler = createOAuthHandler({
  config: createMailConfig(table),
  states: createOAuthStore(table),
  consents: createConsentStore(table),
  secrets: createOAuthSecrets(new SecretsManagerClient(), env.oauthSecretPrefix),
  issuers: createIssuers({ google: env.googleIssuer ?? "", microsoft: env.microsoftIssuer ?? "" }),
  outbox: onFirstUse(["send"], async () =>
    (await import("../../shared/queue/outbox.ts")).openOutbox(env.outboxQueueUrl),
  ),
  publisher,
  audit: createAuditTrail({ audit: createAuditStore(table), publisher, log }),
  redirectUri: env.oauthRedirectUri,
  groupsClaim: env.groupsClaim,
  log,
  now: () => new Date(),
  sleep,
});
