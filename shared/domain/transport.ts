import { createHash } from "node:crypto";
import { type ProviderSettings, type StoredMailSettings, secretKindsOf } from "./mail-settings.ts";
import type { Scope } from "./scope.ts";

/** One scope's way to send: what breakers and rates are kept for. */
export interface Transport {
  readonly scope: Scope;
  /** The same as long as it leads to the same server, under the same name. */
  readonly id: string;
  /** Another one after any change of the scope's settings or of the secrets that this way needs. */
  readonly edition: string;
  /** Whether a secret is shown to the server: a wrong one must not be shown often. */
  readonly hasLogin: boolean;
  /** The server, in words. */
  readonly name: string;
}

/** The way to send that a provider of these settings is. */
export const transportOf = ({ settings, secrets }: StoredMailSettings, provider: ProviderSettings): Transport => {
  const kinds = secretKindsOf(provider);
  return {
    scope: settings.scope,
    id: digestOf(identityOf(provider)),
    edition: digestOf([settings, kinds.map((kind) => secrets[kind]?.versionId ?? null)]),
    hasLogin: kinds.length > 0,
    name: provider.kind === "smtp" ? `${provider.host}:${provider.port}` : "SendGrid",
  };
};

const identityOf = (provider: ProviderSettings): unknown => {
  if (provider.kind === "sendgrid") return [provider.kind, provider.region, provider.url];
  const { kind, host, port, auth, proxy } = provider;
  return [kind, host, port, auth.type === "none" ? null : auth.username, proxy?.url ?? null];
};

const digestOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 16);
