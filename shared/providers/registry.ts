import { createHash } from "node:crypto";
import type { ProviderSettings } from "../domain/mail-settings.ts";
import type { Scope } from "../domain/scope.ts";
import type { Provider, ProviderSecrets, Providers } from "../flow/provider-ports.ts";
import type { EgressGuard } from "./egress.ts";
import { createSendGridProvider } from "./sendgrid.ts";
import { createSmtpProvider } from "./smtp.ts";

/** Most providers kept open in one process; the one unused for longest is closed first. */
const MAX_OPEN = 50;

/** What opening providers needs. */
export interface RegistryOptions {
  readonly guard: EgressGuard;
  /** Another host than SendGrid's own; empty: the region in the settings decides. */
  readonly sendgridBaseUrl: string;
  /** Most processes that send at a time, undefined when there is no bound. */
  readonly maxSenders?: number | undefined;
  /** Bound of one request to an HTTP provider. */
  readonly requestTimeoutMs: number;
}

/** Opens the provider that settings ask for, and keeps it for the next mail under the same settings and secrets. */
export const createProviders = (options: RegistryOptions): Providers => {
  const open = new Map<string, Provider>();
  return {
    open(scope, settings, secrets) {
      const key = identityOf(scope, settings, secrets);
      const provider = open.get(key) ?? createProvider(options, settings, secrets);
      open.delete(key);
      open.set(key, provider);
      for (const [oldest, unused] of [...open].slice(0, Math.max(0, open.size - MAX_OPEN))) {
        open.delete(oldest);
        unused.close();
      }
      return provider;
    },
  };
};

/** Opens a provider for one use: whoever asks for it closes it. */
export const createProvider = (
  options: RegistryOptions,
  settings: ProviderSettings,
  secrets: ProviderSecrets,
): Provider => {
  switch (settings.kind) {
    case "smtp":
      return createSmtpProvider({ settings, secrets, guard: options.guard, maxSenders: options.maxSenders });
    case "sendgrid":
      return createSendGridProvider({
        settings,
        apiKey: secrets.login ?? "",
        baseUrl: options.sendgridBaseUrl,
        timeoutMs: options.requestTimeoutMs,
      });
  }
};

/**
 * Scope, provider settings and secrets, as a digest: a change of any of them opens anew. Access tokens are no part of
 * it, only whose they are: they change by the hour, and a session stays logged in.
 */
const identityOf = (
  scope: Scope,
  settings: ProviderSettings,
  { login, proxyPassword, tokenIdentity }: ProviderSecrets,
): string =>
  createHash("sha256")
    .update(JSON.stringify([scope, settings, login ?? null, proxyPassword ?? null, tokenIdentity ?? null]))
    .digest("base64url");
