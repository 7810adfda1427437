import { randomUUID } from "node:crypto";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ENV } from "../../shared/contracts/env.ts";
import { createEgressGuard, parseAllowedTargets } from "../../shared/providers/egress.ts";
import { createProvider } from "../../shared/providers/registry.ts";
import { optionalText, positiveNumber, readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { onFirstUse } from "../../shared/runtime/on-first-use.ts";
import { createSecretReader } from "../../shared/secrets/secret-reader.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createLastTestStore } from "../../shared/store/last-test-store.ts";
import { createScopeStore } from "../../shared/store/scope-store.ts";
import { createSendingConfig } from "../../shared/store/sending-config.ts";
import { renderTestMail } from "../../shared/templates/test-mail.ts";
import { createConnectHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  secretPrefix: text(ENV.secretPrefix),
  oauthFunction: text(ENV.oauthFunction),
  groupsClaim: text(ENV.groupsClaim),
  allowedTargets: optionalText(ENV.allowedTargets),
  sendgridBaseUrl: optionalText(ENV.sendgridBaseUrl),
  sendDeadlineSeconds: positiveNumber(ENV.sendDeadlineSeconds),
});
const config = { client: createDocumentClient(), name: env.configTable };
const now = () => new Date();
const providerOptions = {
  guard: createEgressGuard({ allowedTargets: parseAllowedTargets(env.allowedTargets ?? "") }),
  sendgridBaseUrl: env.sendgridBaseUrl ?? "",
  requestTimeoutMs: env.sendDeadlineSeconds * 1000,
};

/** The Lambda function `connect`. */
export const handler = createConnectHandler({
  scopes: createScopeStore(config),
  config: createSendingConfig(config, now),
  lastTests: createLastTestStore(config),
  secrets: createSecretReader(new SecretsManagerClient(), env.secretPrefix),
  // Asked for anew as well: a test shows how things stand now.
  accessTokens: onFirstUse(["get"], async () =>
    (await import("../../shared/tokens/access-tokens.ts")).openAccessTokens(env.oauthFunction),
  ),
  // Each test opens a connection of its own: one that is kept would prove nothing.
  providers: { open: (_scope, settings, secrets) => createProvider(providerOptions, settings, secrets) },
  render: renderTestMail,
  sendDeadlineSeconds: env.sendDeadlineSeconds,
  log: createLog("connect"),
  groupsClaim: env.groupsClaim,
  now,
  newId: randomUUID,
});
