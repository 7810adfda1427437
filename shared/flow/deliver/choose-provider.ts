import {
  BOUND_TO,
  bindingFor,
  effectiveSettings,
  type MailSettings,
  OAUTH_SECRET_KINDS,
  oauthSecretKindOf,
  type ProviderSettings,
  type SecretKind,
  type SecretNotes,
  type StoredMailSettings,
  secretKindsOf,
} from "../../domain/mail-settings.ts";
import type { OAuth2Login } from "../../domain/oauth-login.ts";
import type { Failed } from "../../domain/outcome.ts";
import { type Scope, SYSTEM, type Tenant, tenantOf } from "../../domain/scope.ts";
import type { AccessTokens, SecretReader, SendingConfig } from "../ports.ts";
import type { Provider, ProviderSecrets, Providers } from "../provider-ports.ts";

/** What choosing needs. */
export interface ChooseDeps {
  readonly secrets: SecretReader;
  readonly accessTokens: AccessTokens;
  readonly providers: Providers;
}

/** A provider ready to send under these settings, or why there is none. */
export type Choice =
  | { readonly kind: "ready"; readonly settings: MailSettings; readonly provider: Provider }
  | { readonly kind: "unusable"; readonly failure: Failed };

/** The settings in force at a scope, of its own tenant or of `system`. */
export const settingsInForce = (
  scope: Scope,
  configs: ReadonlyMap<Tenant, SendingConfig>,
): StoredMailSettings | undefined =>
  effectiveSettings(scope, (at) => configs.get(at === SYSTEM ? SYSTEM : tenantOf(scope))?.settings.get(at));

/** What becomes of a mail for which there are no settings at all. */
export const NO_MAIL_SETTINGS: Failed = {
  kind: "failed",
  class: "config",
  reason: "no-mail-settings",
  phase: "settings",
  code: null,
  enhancedCode: null,
  text: "No scope from here up to system has mail settings in mode own.",
};

/**
 * Opens the provider of the settings in force, or one of their fallbacks. Secrets are read by the versions that the
 * settings name, so that a rotation takes effect with the next mail, and only used for what they were given for.
 */
export const chooseProvider = async (
  deps: ChooseDeps,
  stored: StoredMailSettings | undefined,
  provider: ProviderSettings | undefined = stored?.settings.provider,
): Promise<Choice> => {
  if (stored === undefined || provider === undefined) return { kind: "unusable", failure: NO_MAIL_SETTINGS };
  const { settings } = stored;
  const read = await Promise.all(secretKindsOf(provider).map((kind) => readSecret(deps, stored, provider, kind)));
  const lacking = read.find((one) => "why" in one);
  if (lacking !== undefined) return missing(settings.scope, lacking.kind, lacking.why);
  const values = new Map(read.flatMap((one) => ("secret" in one ? [[one.kind, one.secret] as const] : [])));
  const secrets = toProviderSecrets(deps, stored, provider, values);
  return { kind: "ready", settings, provider: deps.providers.open(settings.scope, provider, secrets) };
};

/** A secret for a provider, or why it cannot be used. Secrets that only `oauth` may read have no value here. */
type ReadSecret =
  | { readonly kind: SecretKind; readonly secret?: string }
  | { readonly kind: SecretKind; readonly why: string };

const readSecret = async (
  { secrets }: ChooseDeps,
  stored: StoredMailSettings,
  provider: ProviderSettings,
  kind: SecretKind,
): Promise<ReadSecret> => {
  const { scope } = stored.settings;
  const note = stored.secrets[kind];
  const binding = bindingFor(provider, kind);
  if (note === undefined) return { kind, why: "was never given" };
  if (note.binding !== binding) return { kind, why: wordMismatch(kind) };
  if (OAUTH_SECRET_KINDS.includes(kind)) return { kind };
  const value = await secrets.read(scope, note.versionId);
  if (value === undefined) return { kind, why: "does not exist any more" };
  return value.binding === binding ? { kind, secret: value.secret } : { kind, why: wordMismatch(kind) };
};

const wordMismatch = (kind: SecretKind): string => `was given for another ${BOUND_TO[kind]}`;

const toProviderSecrets = (
  { accessTokens }: ChooseDeps,
  { settings: { scope }, secrets }: StoredMailSettings,
  provider: ProviderSettings,
  values: ReadonlyMap<SecretKind, string>,
): ProviderSecrets => {
  const login = values.get(provider.kind === "sendgrid" ? "apiKey" : "password");
  const proxyPassword = values.get("proxyPassword");
  if (provider.kind !== "smtp" || provider.auth.type !== "oauth2") return { login, proxyPassword };
  const tokenIdentity = identityOf(provider.auth, secrets);
  return { login, proxyPassword, tokenIdentity, accessToken: () => accessTokens.get(scope, tokenIdentity) };
};

/** Changes with whatever makes a token another one: the login, or the version of the secret it is asked for by. */
const identityOf = (login: OAuth2Login, secrets: SecretNotes): string => {
  const { issuer, grant, clientId, directoryId, username } = login;
  const { versionId = null } = secrets[oauthSecretKindOf(login)] ?? {};
  return JSON.stringify([issuer, grant, clientId, directoryId, username, versionId]);
};

const missing = (scope: Scope, kind: SecretKind, why: string): Choice => ({
  kind: "unusable",
  failure: {
    ...NO_MAIL_SETTINGS,
    reason: "credentials-required",
    text: `The ${kind} of ${scope} ${why}. Give it with PUT mail-settings/credentials.`,
  },
});
