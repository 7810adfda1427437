import { setTimeout } from "node:timers/promises";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ENV } from "../../shared/contracts/env.ts";
import { METRICS } from "../../shared/contracts/metrics.ts";
import { createEgressGuard, parseAllowedTargets } from "../../shared/providers/egress.ts";
import { createProviders } from "../../shared/providers/registry.ts";
import { optionalNumber, optionalText, positiveNumber, readEnv, text } from "../../shared/runtime/env.ts";
import { createLog } from "../../shared/runtime/log.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import { onFirstUse } from "../../shared/runtime/on-first-use.ts";
import { createLinkKeys } from "../../shared/secrets/link-keys.ts";
import { createSecretReader } from "../../shared/secrets/secret-reader.ts";
import { createBreakers } from "../../shared/store/breaker-store.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createDigestStore } from "../../shared/store/digest-store.ts";
import { createDocumentClient } from "../../shared/store/document-client.ts";
import { createEventStore } from "../../shared/store/event-store.ts";
import { createRates } from "../../shared/store/rate-store.ts";
import { createSendingConfig } from "../../shared/store/sending-config.ts";
import { createSuppressionStore } from "../../shared/store/suppression-store.ts";
import { createTemplateContents, keepTemplateContents } from "../../shared/store/template-store.ts";
import { templateEngine } from "../../shared/templates/template-engine.ts";
import { keepAccessTokens } from "../../shared/tokens/keep-access-tokens.ts";
import { createDeliverHandler } from "./handler.ts";

const env = readEnv({
  configTable: text(ENV.configTable),
  deliveriesTable: text(ENV.deliveriesTable),
  outboxQueueUrl: text(ENV.outboxQueueUrl),
  busName: text(ENV.busName),
  secretPrefix: text(ENV.secretPrefix),
  linkKeySecret: text(ENV.linkKeySecret),
  unsubscribeUrl: text(ENV.unsubscribeUrl),
  oauthFunction: text(ENV.oauthFunction),
  allowedTargets: optionalText(ENV.allowedTargets),
  sendgridBaseUrl: optionalText(ENV.sendgridBaseUrl),
  retryBaseSeconds: positiveNumber(ENV.retryBaseSeconds),
  retryCapSeconds: positiveNumber(ENV.retryCapSeconds),
  retryGiveUpHours: positiveNumber(ENV.retryGiveUpHours),
  feedbackSeconds: positiveNumber(ENV.feedbackSeconds),
  leaseSeconds: positiveNumber(ENV.leaseSeconds),
  sendDeadlineSeconds: positiveNumber(ENV.sendDeadlineSeconds),
  maxSenders: optionalNumber(ENV.maxSenders),
  retentionDays: positiveNumber(ENV.retentionDays),
  metricsNamespace: text(ENV.metricsNamespace),
});
/** Mails go out without their links meanwhile, rather than each wait for a Secrets Manager that does not answer. */
const LINK_KEY_RETRY_MS = 30_000;

const log = createLog("deliver");
const client = createDocumentClient();
const configTable = { client, name: env.configTable };
const deliveriesTable = { client, name: env.deliveriesTable };
const secretsManager = new SecretsManagerClient();
const now = () => new Date();

/** The Lambda function `deliver`. */
export const handler = createDeliverHandler({
  config: createSendingConfig(configTable, now),
  suppressions: createSuppressionStore(configTable),
  deliveries: createDeliveryStore(deliveriesTable, env.retentionDays),
  events: createEventStore(deliveriesTable, env.retentionDays),
  digests: createDigestStore(deliveriesTable, env.retentionDays),
  secrets: createSecretReader(secretsManager, env.secretPrefix),
  linkKeys: createLinkKeys(secretsManager, env.linkKeySecret, { retryAfterMs: LINK_KEY_RETRY_MS }),
  unsubscribeUrl: env.unsubscribeUrl,
  accessTokens: keepAccessTokens(
    onFirstUse(["get"], async () =>
      (await import("../../shared/tokens/access-tokens.ts")).openAccessTokens(env.oauthFunction),
    ),
  ),
  providers: createProviders({
    guard: createEgressGuard({ allowedTargets: parseAllowedTargets(env.allowedTargets ?? "") }),
    sendgridBaseUrl: env.sendgridBaseUrl ?? "",
    maxSenders: env.maxSenders,
    requestTimeoutMs: env.sendDeadlineSeconds * 1000,
  }),
  breakers: createBreakers(deliveriesTable, now),
  rates: createRates(deliveriesTable),
  outbox: onFirstUse(["send"], async () =>
    (await import("../../shared/queue/outbox.ts")).openOutbox(env.outboxQueueUrl),
  ),
  announcer: onFirstUse(["publish", "publishAll"], async () =>
    (await import("../../shared/bus/publisher.ts")).openPublisher(env.busName),
  ),
  ...onFirstUse(["renderBuiltIn"], () => import("../../shared/templates/built-in.ts")),
  ...onFirstUse(["renderDigest"], () => import("../../shared/templates/digest.ts")),
  ...onFirstUse(["renderMessage"], () => import("../../shared/templates/message.ts")),
  ...onFirstUse(["renderText"], () => import("../../shared/templates/text-mail.ts")),
  templateContents: keepTemplateContents(createTemplateContents(configTable)),
  templates: templateEngine,
  retry: {
    baseSeconds: env.retryBaseSeconds,
    capSeconds: env.retryCapSeconds,
    giveUpHours: env.retryGiveUpHours,
    feedbackSeconds: env.feedbackSeconds,
  },
  leaseSeconds: env.leaseSeconds,
  sendDeadlineSeconds: env.sendDeadlineSeconds,
  log,
  metrics: createMetrics({ service: "deliver", namespace: env.metricsNamespace, specs: METRICS }, log),
  now,
  random: Math.random,
  sleep: (ms) => setTimeout(ms),
});
