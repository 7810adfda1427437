import { AppError } from "../domain/app-error.ts";
import {
  bindingOf,
  type MailSettings,
  type ProviderSettings,
  SECRET_KINDS,
  type SecretKind,
  secretKindOf,
} from "../domain/mail-settings.ts";
import type { Scope } from "../domain/scope.ts";
import { expectWritten } from "./expect-written.ts";
import type { SettingsDeps } from "./mail-settings.ts";
import type { Change, SecretWriter, VersionedSettings } from "./ports.ts";
import { getScope } from "./scopes.ts";

/** What the use cases of secrets need. */
export type CredentialsDeps = SettingsDeps & { readonly secrets: SecretWriter };

/** Secrets to store, by kind. */
type Credentials = { readonly [K in SecretKind]?: string | undefined };

/**
 * Stores secrets and then notes their versions in the settings, so that the next mail uses them. Each is bound to what
 * the settings say now: pointed elsewhere later, they do not use it.
 * @throws AppError `not-found`; `conflict` when there are no settings to give a secret for; `invalid-input`
 */
export const putCredentials = async (
  deps: CredentialsDeps,
  scope: Scope,
  credentials: Credentials,
  at: Date,
): Promise<VersionedSettings> => {
  await getScope(deps, scope);
  const found = await deps.settings.get(scope);
  if (found === undefined) throw noSettings(scope);
  refuseUseless(found.value, credentials);
  const binding = bindingOf(found.value.provider);
  for (const kind of SECRET_KINDS) {
    const secret = credentials[kind];
    if (secret === undefined) continue;
    const versionId = await deps.secrets.put(scope, kind, { secret, binding });
    const noted = await deps.settings.noteSecret(scope, kind, { versionId, updatedAt: at.toISOString(), binding });
    if (!noted) {
      // The settings were deleted meanwhile, and with them everything secret: this must not stay behind.
      await deps.secrets.remove(scope);
      throw noSettings(scope);
    }
  }
  return (await deps.settings.get(scope)) ?? found;
};

const noSettings = (scope: Scope): AppError =>
  new AppError(
    "conflict",
    `Scope "${scope}" has no mail settings of its own. PUT its mail-settings before its credentials.`,
  );

/** A secret the provider does not log in with is a mix-up, and better not stored. */
const refuseUseless = ({ provider }: MailSettings, credentials: Credentials): void => {
  const useful = secretKindOf(provider);
  const issues = SECRET_KINDS.filter((kind) => credentials[kind] !== undefined && kind !== useful).map((kind) => ({
    path: kind,
    message: `is of no use to these mail settings: ${wordNeed(provider)}`,
  }));
  if (issues.length > 0) throw new AppError("invalid-input", "The request body is not acceptable.", issues);
};

const wordNeed = (provider: ProviderSettings): string => {
  if (provider.kind === "sendgrid") return "the provider sendgrid logs in with an apiKey";
  return provider.auth.type === "password"
    ? "the provider smtp logs in with a password"
    : 'the SMTP server is used without login (auth.type "none")';
};

/**
 * Deletes all secrets of a scope. They are forgotten first, so that no sender looks for what is gone.
 * @throws AppError `not-found`
 */
export const deleteCredentials = async (deps: CredentialsDeps, scope: Scope): Promise<void> => {
  await getScope(deps, scope);
  await deps.settings.forgetSecrets(scope);
  await deps.secrets.remove(scope);
};

/**
 * Deletes a scope's mail settings and secrets: those of the scope above apply again.
 * @throws AppError `not-found` or `precondition-failed`
 */
export const resetMailSettings = async (deps: CredentialsDeps, scope: Scope, change: Change): Promise<void> => {
  await getScope(deps, scope);
  expectWritten(await deps.settings.remove(scope, change));
  await deps.secrets.remove(scope);
};
