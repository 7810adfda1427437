import type { EmailAddress } from "./address.ts";
import type { PresetName } from "./presets.ts";
import { chainOf, type Scope } from "./scope.ts";
import type { Security } from "./security.ts";

/** A mailbox with the name people see before the address. */
export interface Mailbox {
  readonly name?: string | undefined;
  readonly address: EmailAddress;
}

/** Oldest TLS version to accept, as people write it. */
export const TLS_VERSIONS = ["1.2", "1.3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** How to log in to an SMTP server; a relay that trusts its network needs no login. */
export type SmtpAuth = { readonly type: "none" } | { readonly type: "password"; readonly username: string };

/** An SMTP server of the tenant. `timeoutMs` bounds each wait for the server, not the whole send. */
export interface SmtpSettings {
  readonly kind: "smtp";
  /** The provider that was chosen in a form. It filled in what was left out; nothing else reads it. */
  readonly preset?: PresetName | undefined;
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly minTlsVersion: TlsVersion;
  /** Certificate authorities to trust besides the public ones, PEM. */
  readonly caPem: string | null;
  readonly timeoutMs: number;
  readonly auth: SmtpAuth;
  /** Most connections one sending process keeps to this server. */
  readonly maxConnections: number;
}

/** The SendGrid v3 API. `url` is the path of the send call. */
export interface SendGridSettings {
  readonly kind: "sendgrid";
  readonly region: "global" | "eu";
  readonly url: string;
}

/** What carries a scope's mail. */
export type ProviderSettings = SmtpSettings | SendGridSettings;

/** What to do with a mail that may or may not have been handed over: try once more, or wait for a person. */
export const AMBIGUOUS_POLICIES = ["retry", "hold"] as const;
export type AmbiguousPolicy = (typeof AMBIGUOUS_POLICIES)[number];

/** The mail settings an administrator gave a scope. In mode `inherit` they are kept but not used. */
export interface MailSettings {
  readonly scope: Scope;
  readonly name: string;
  readonly mode: "own" | "inherit";
  readonly from: Mailbox;
  readonly replyTo: Mailbox | null;
  readonly provider: ProviderSettings;
  readonly onAmbiguous: AmbiguousPolicy;
}

/** The kinds of secret a scope can hold; each is given, rotated and bound on its own. */
export const SECRET_KINDS = ["password", "apiKey"] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** What is known about a stored secret without reading it. */
export interface SecretNote {
  /** Secrets Manager's version id: the value in force. */
  readonly versionId: string;
  readonly updatedAt: string;
  /** What the secret was given for (see {@link bindingOf}); it is used for nothing else. */
  readonly binding: string;
}

/** The secrets a scope has, by kind. */
export type SecretNotes = Readonly<Partial<Record<SecretKind, SecretNote>>>;

/** Settings as stored: with what is known of their secrets. */
export interface StoredMailSettings {
  readonly settings: MailSettings;
  readonly secrets: SecretNotes;
}

/** The secret a provider logs in with, or undefined when it needs none. */
export const secretKindOf = (provider: ProviderSettings): SecretKind | undefined => {
  if (provider.kind === "sendgrid") return "apiKey";
  return provider.auth.type === "password" ? "password" : undefined;
};

/**
 * What a secret for this provider is given for. A secret whose stored binding differs is never used, so that
 * pointing the settings at another host cannot carry a password there.
 */
export const bindingOf = (provider: ProviderSettings): string => {
  if (provider.kind === "sendgrid") return "sendgrid";
  const username = provider.auth.type === "password" ? provider.auth.username : "";
  return JSON.stringify(["smtp", provider.host, provider.port, username]);
};

/** Whether the provider can log in with what is stored: `credentials-required` says an administrator must act. */
export const credentialState = (stored: StoredMailSettings): "not-needed" | "ready" | "credentials-required" => {
  const kind = secretKindOf(stored.settings.provider);
  if (kind === undefined) return "not-needed";
  return stored.secrets[kind]?.binding === bindingOf(stored.settings.provider) ? "ready" : "credentials-required";
};

/** The settings in force at a scope: the nearest upwards in mode `own`; undefined when not even `system` has any. */
export const effectiveSettings = (
  scope: Scope,
  find: (scope: Scope) => StoredMailSettings | undefined,
): StoredMailSettings | undefined =>
  chainOf(scope)
    .map(find)
    .find((stored) => stored?.settings.mode === "own");
