import type { EmailAddress } from "./address.ts";
import type { OAuth2Login } from "./oauth-login.ts";
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
export type SmtpAuth =
  | { readonly type: "none" }
  | { readonly type: "password"; readonly username: string }
  | OAuth2Login;

/** A proxy on the way to the server. The scheme says how it is spoken to: `http:`, `https:` (CONNECT) or `socks5:`. */
export interface ProxySettings {
  readonly url: string;
  readonly username: string | null;
}

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
  readonly proxy: ProxySettings | null;
  /** Most connections to this server; how senders share them is in `shareOf` (`smtp-pool.ts`). */
  readonly maxConnections: number;
  /** Most mails a minute to this server, by all senders together; null for no limit. */
  readonly maxPerMinute: number | null;
}

/** The SendGrid v3 API. `url` is the path of the send call. */
export interface SendGridSettings {
  readonly kind: "sendgrid";
  readonly region: "global" | "eu";
  readonly url: string;
  /** By which the events are verified that SendGrid posts about its mails; absent: it posts none. A public key, no secret. */
  readonly eventWebhookKey?: string | undefined;
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
  /** Tried in order after a failure that is certain not to have sent. */
  readonly fallback: readonly ProviderSettings[];
  readonly onAmbiguous: AmbiguousPolicy;
}

/** The kinds of secret a scope can hold; each is given, rotated and bound on its own. */
export const SECRET_KINDS = ["password", "apiKey", "proxyPassword", "clientSecret", "serviceAccountKey"] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** Kinds that only the `oauth` function may read; the others are for those who open connections. */
export const OAUTH_SECRET_KINDS: readonly SecretKind[] = ["clientSecret", "serviceAccountKey"];

/** What is known about a stored secret without reading it. */
export interface SecretNote {
  /** Secrets Manager's version id: the value in force. */
  readonly versionId: string;
  readonly updatedAt: string;
  /** What the secret was given for (see {@link bindingFor}); it is used for nothing else. */
  readonly binding: string;
}

/** The secrets a scope has, by kind. */
export type SecretNotes = Readonly<Partial<Record<SecretKind, SecretNote>>>;

/** Settings as stored: with what is known of their secrets. */
export interface StoredMailSettings {
  readonly settings: MailSettings;
  readonly secrets: SecretNotes;
}

/** The secrets a provider cannot do without. */
export const secretKindsOf = (provider: ProviderSettings): SecretKind[] => {
  if (provider.kind === "sendgrid") return ["apiKey"];
  const proxy: SecretKind[] = provider.proxy?.username ? ["proxyPassword"] : [];
  return [...loginSecretOf(provider.auth), ...proxy];
};

const loginSecretOf = (auth: SmtpAuth): SecretKind[] => {
  if (auth.type === "none") return [];
  if (auth.type === "password") return ["password"];
  return [oauthSecretKindOf(auth)];
};

/** The secret by which an application or a service account proves itself to the issuer. */
export const oauthSecretKindOf = ({ grant }: OAuth2Login): SecretKind =>
  grant === "service_account" ? "serviceAccountKey" : "clientSecret";

/**
 * What a secret of this kind is given for, or undefined when the provider has no use for it. A secret whose stored
 * binding differs is never used, so that pointing the settings at another host cannot carry a password there.
 */
export const bindingFor = (provider: ProviderSettings, kind: SecretKind): string | undefined => {
  if (!secretKindsOf(provider).includes(kind)) return undefined;
  if (provider.kind === "sendgrid") return "sendgrid";
  const { host, port, auth, proxy } = provider;
  if (kind === "proxyPassword") return JSON.stringify(["proxy", proxy?.url, proxy?.username]);
  if (auth.type === "oauth2") return JSON.stringify(["oauth", auth.issuer, auth.clientId, auth.directoryId]);
  // A proxy sees what passes through it: another one is another place for the password to go.
  return JSON.stringify(["smtp", host, port, auth.type === "password" ? auth.username : "", proxy?.url ?? null]);
};

/** What a secret of each kind is bound to, in words that follow "given for another": see {@link bindingFor}. */
export const BOUND_TO: Readonly<Record<SecretKind, string>> = {
  password: "host, port, user name or proxy",
  apiKey: "kind of provider",
  proxyPassword: "proxy or proxy user name",
  clientSecret: "issuer, client or directory",
  serviceAccountKey: "issuer, client or directory",
};

/** All providers of the settings, in the order they are tried. */
export const providersOf = (settings: MailSettings): ProviderSettings[] => [settings.provider, ...settings.fallback];

/** By which the events are verified that SendGrid posts about the mails of these settings; undefined: it posts none. */
export const eventWebhookKeyOf = (settings: MailSettings): string | undefined =>
  providersOf(settings)
    .map((provider) => (provider.kind === "sendgrid" ? provider.eventWebhookKey : undefined))
    .find((key) => key !== undefined);

/** What a secret of this kind is given for in these settings; at most one of their providers has a use for it. */
export const bindingIn = (settings: MailSettings, kind: SecretKind): string | undefined =>
  providersOf(settings)
    .map((provider) => bindingFor(provider, kind))
    .find((binding) => binding !== undefined);

/** The secrets a provider still lacks: never given, or given for something else. */
export const missingSecrets = (provider: ProviderSettings, secrets: SecretNotes): SecretKind[] =>
  secretKindsOf(provider).filter((kind) => secrets[kind]?.binding !== bindingFor(provider, kind));

/** Whether the first provider can log in with what is stored: `credentials-required` says an administrator must act. */
export const credentialState = ({ settings, secrets }: StoredMailSettings): CredentialState => {
  if (secretKindsOf(settings.provider).length === 0) return "not-needed";
  return missingSecrets(settings.provider, secrets).length === 0 ? "ready" : "credentials-required";
};

/** See {@link credentialState}. */
export type CredentialState = "not-needed" | "ready" | "credentials-required";

/** The settings in force at a scope: the nearest upwards in mode `own`; undefined when not even `system` has any. */
export const effectiveSettings = (
  scope: Scope,
  find: (scope: Scope) => StoredMailSettings | undefined,
): StoredMailSettings | undefined =>
  chainOf(scope)
    .map(find)
    .find((stored) => stored?.settings.mode === "own");
