import { createHash } from "node:crypto";
import type { StoredMailSettings } from "../domain/mail-settings.ts";
import type { Provider, Providers } from "../flow/ports.ts";
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
  /** Bound of one request to an HTTP provider. */
  readonly requestTimeoutMs: number;
}

/** Opens the provider that settings ask for, and keeps it for the next mail under the same settings and secret. */
export const createProviders = (options: RegistryOptions): Providers => {
  const open = new Map<string, Provider>();
  return {
    open(stored, secret) {
      const key = identityOf(stored, secret);
      const provider = open.get(key) ?? create(options, stored, secret);
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

/** Scope, provider settings and secret, as a digest: a change of any of them opens anew. */
const identityOf = ({ settings }: StoredMailSettings, secret: string | undefined): string =>
  createHash("sha256")
    .update(JSON.stringify([settings.scope, settings.provider, secret ?? null]))
    .digest("base64url");

const create = (options: RegistryOptions, { settings }: StoredMailSettings, secret: string | undefined): Provider => {
  const { provider } = settings;
  switch (provider.kind) {
    case "smtp":
      return createSmtpProvider({ settings: provider, secret, guard: options.guard });
    case "sendgrid":
      return createSendGridProvider({
        settings: provider,
        apiKey: secret ?? "",
        baseUrl: options.sendgridBaseUrl,
        timeoutMs: options.requestTimeoutMs,
      });
  }
};
