import { onTestFinished } from "vitest";
import type { AccessTokenAnswer } from "../../shared/contracts/access-token.ts";
import { bindingFor, type ProviderSettings, type StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import { deliver } from "../../shared/flow/deliver.ts";
import type { ProviderSecrets } from "../../shared/flow/provider-ports.ts";
import { type TestReport, testConnection } from "../../shared/flow/test-connection.ts";
import { createEgressGuard } from "../../shared/providers/egress.ts";
import { createProvider } from "../../shared/providers/registry.ts";
import { renderTestMail } from "../../shared/templates/test-mail.ts";
import { addressOf, aJob, NOW, scopeOf, settingsOf } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { createMemoryDeliveryStore } from "../fakes/memory-delivery-store.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { plainMails } from "../fakes/plain-mails.ts";
import { plainSending } from "../fakes/plain-sending.ts";
import { LOGIN } from "./smtp-harness.ts";

/** What a test of the doctor starts with. */
export interface Situation {
  readonly stored: StoredMailSettings;
  readonly secret?: string;
  readonly token?: AccessTokenAnswer;
  readonly sendgridUrl?: string;
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly allowed?: readonly number[];
}

/** The same settings, secrets and network for the doctor and for the sender. */
const world = ({ stored, secret = LOGIN.password, token, sendgridUrl = "", resolve, allowed }: Situation) => {
  const { provider } = stored.settings;
  const ports = allowed ?? (provider.kind === "smtp" ? [provider.port] : []);
  const proxyPort = provider.kind === "smtp" && provider.proxy ? [Number(provider.proxy.url.split(":").at(-1))] : [];
  const guard = createEgressGuard({
    allowedTargets: [...ports, ...proxyPort].map((port) => ({ port, network: (address) => address === "127.0.0.1" })),
    resolve: resolve ?? (async () => ["127.0.0.1"]),
  });
  const options = { guard, sendgridBaseUrl: sendgridUrl, requestTimeoutMs: 5000 };
  return {
    config: fixedSending([stored]),
    secrets: {
      read: async (_: unknown, versionId: string) => ({ secret, binding: bindingByVersion(stored, versionId) }),
    },
    accessTokens: { get: async () => token ?? NO_TOKEN },
    providers: {
      open: (_scope: Scope, settings: ProviderSettings, secrets: ProviderSecrets) => {
        const opened = createProvider(options, settings, secrets);
        onTestFinished(() => opened.close());
        return opened;
      },
    },
  };
};

const NO_TOKEN: AccessTokenAnswer = { ok: false, reason: "oauth-not-connected", message: "Nobody has consented." };

const bindingByVersion = ({ secrets }: StoredMailSettings, versionId: string): string =>
  Object.values(secrets).find((note) => note.versionId === versionId)?.binding ?? "";

/** Settings of `acme` with every secret they need. */
export const settingsFor = (provider: ProviderSettings): StoredMailSettings => {
  const kinds = ["password", "apiKey", "proxyPassword", "clientSecret"] as const;
  const notes = kinds.flatMap((kind) => {
    const binding = bindingFor(provider, kind);
    return binding === undefined ? [] : [[kind, { versionId: kind, updatedAt: NOW.toISOString(), binding }] as const];
  });
  return settingsOf("acme", { provider }, Object.fromEntries(notes));
};

/** What the doctor says. */
export const examine = async (situation: Situation): Promise<TestReport> =>
  testConnection(
    {
      ...world(situation),
      lastTests: { put: async () => {} },
      render: renderTestMail,
      sendDeadlineSeconds: 4,
      now: () => NOW,
      newId: () => "4711",
    },
    scopeOf("acme"),
    { to: addressOf("ada@globex.example") },
  );

/** What a real send of the same settings records as its first attempt. */
export const attemptOf = async (situation: Situation) => {
  const deliveries = createMemoryDeliveryStore();
  const job = aJob();
  await deliver(
    {
      ...world(situation),
      deliveries,
      ...plainMails(),
      ...plainSending(),
      retry: { baseSeconds: 30, capSeconds: 600, giveUpHours: 48, feedbackSeconds: 600 },
      leaseSeconds: 30,
      sendDeadlineSeconds: 4,
      log: createMemoryLog(),
      now: () => NOW,
      random: () => 0.5,
    },
    [{ id: "m0", body: JSON.stringify(job) }],
  );
  return deliveries.delivery(job.deliveryId)?.attempts[0];
};
