import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ENV } from "../../shared/contracts/env.ts";
import { createEgressGuard, parseAllowedTargets } from "../../shared/providers/egress.ts";
import { createProviders } from "../../shared/providers/registry.ts";
import { optionalText, positiveNumber, readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createSecretReader } from "../../shared/secrets/secret-reader.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createEventStore } from "../../shared/store/event-store.ts";
import { createSendingConfig } from "../../shared/store/sending-config.ts";
import { renderBuiltIn } from "../../shared/templates/built-in.ts";
import { createAccessTokens, keepAccessTokens } from "../../shared/tokens/access-tokens.ts";
import { createDeliverHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  deliveriesTable: text(ENV.deliveriesTable),
  secretPrefix: text(ENV.secretPrefix),
  oauthFunction: text(ENV.oauthFunction),
  allowedTargets: optionalText(ENV.allowedTargets),
  sendgridBaseUrl: optionalText(ENV.sendgridBaseUrl),
  retryBaseSeconds: positiveNumber(ENV.retryBaseSeconds),
  retryCapSeconds: positiveNumber(ENV.retryCapSeconds),
  retryGiveUpHours: positiveNumber(ENV.retryGiveUpHours),
  leaseSeconds: positiveNumber(ENV.leaseSeconds),
  sendDeadlineSeconds: positiveNumber(ENV.sendDeadlineSeconds),
  retentionDays: positiveNumber(ENV.retentionDays),
});
const client = createDocumentClient();
const deliveriesTable = { client, name: env.deliveriesTable };
const now = () => new Date();

/** The Lambda function `deliver`. */
export const handler = createDeliverHandler({
  config: createSendingConfig({ client, name: env.configTable }, now),
  deliveries: createDeliveryStore(deliveriesTable, env.retentionDays),
  events: createEventStore(deliveriesTable, env.retentionDays),
  secrets: createSecretReader(new SecretsManagerClient(), env.secretPrefix),
  accessTokens: keepAccessTokens(createAccessTokens(new LambdaClient(), env.oauthFunction)),
  providers: createProviders({
    guard: createEgressGuard({ allowedTargets: parseAllowedTargets(env.allowedTargets ?? "") }),
    sendgridBaseUrl: env.sendgridBaseUrl ?? "",
    requestTimeoutMs: env.sendDeadlineSeconds * 1000,
  }),
  render: renderBuiltIn,
  retry: {
    baseSeconds: env.retryBaseSeconds,
    capSeconds: env.retryCapSeconds,
    giveUpHours: env.retryGiveUpHours,
  },
  leaseSeconds: env.leaseSeconds,
  sendDeadlineSeconds: env.sendDeadlineSeconds,
  log: createLog("deliver"),
  now,
  random: Math.random,
});
