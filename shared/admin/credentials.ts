import { AppError, type InputIssue } from "../domain/app-error.ts";
import {
  bindingIn,
  type MailSettings,
  type ProviderSettings,
  providersOf,
  SECRET_KINDS,
  type SecretKind,
  secretKindsOf,
} from "../domain/mail-settings.ts";
import type { Scope } from "../domain/scope.ts";
import { expectVersion, expectWritten } from "./expect-written.ts";
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
 * @throws AppError `not-found`; `conflict` when there are no settings to give a secret for; `precondition-failed` when
 * they are not in the version the caller expects; `invalid-input`
 */
export const putCredentials = async (
  deps: CredentialsDeps,
  scope: Scope,
  credentials: Credentials,
  change: Change,
): Promise<VersionedSettings> => {
  await getScope(deps, scope);
  const found = await deps.settings.get(scope);
  if (found === undefined) throw noSettings(scope);
  expectVersion(found, change);
  for (const { kind, secret, binding } of expectUseful(found.value, credentials)) {
    const versionId = await deps.secrets.put(scope, kind, { secret, binding });
    const note = { versionId, updatedAt: change.at.toISOString(), binding };
    const noted = await deps.settings.noteSecret(scope, kind, note, change);
    if (noted === undefined) {
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

/** A secret to store, with what it is for. */
interface BoundSecret {
  readonly kind: SecretKind;
  readonly secret: string;
  readonly binding: string;
}

/** A secret that no provider logs in with is a mix-up, and better not stored. @throws AppError `invalid-input` */
const expectUseful = (settings: MailSettings, credentials: Credentials): BoundSecret[] => {
  const useful: BoundSecret[] = [];
  const issues: InputIssue[] = [];
  for (const kind of SECRET_KINDS) {
    const secret = credentials[kind];
    const binding = bindingIn(settings, kind);
    if (secret === undefined) continue;
    if (binding !== undefined) useful.push({ kind, secret, binding });
    else issues.push({ path: kind, message: `is of no use to these mail settings: ${wordNeeds(settings)}` });
  }
  if (issues.length > 0) throw new AppError("invalid-input", "The request body is not acceptable.", issues);
  return useful;
};

const wordNeeds = (settings: MailSettings): string =>
  providersOf(settings)
    .map((provider, index) => `${index === 0 ? "the provider" : "the fallback"} ${provider.kind} ${wordNeed(provider)}`)
    .join(", and ");

const wordNeed = (provider: ProviderSettings): string => {
  const kinds = secretKindsOf(provider);
  if (kinds.length > 0) return `needs ${kinds.map((kind) => `"${kind}"`).join(" and ")}`;
  return 'is used without login (auth.type "none")';
};

/**
 * Deletes all secrets of a scope. They are forgotten first, so that no sender looks for what is gone.
 * @throws AppError `not-found`, or `precondition-failed` when the settings are not in the version the caller expects
 */
export const deleteCredentials = async (deps: CredentialsDeps, scope: Scope, change: Change): Promise<void> => {
  await getScope(deps, scope);
  const found = await deps.settings.get(scope);
  if (found !== undefined) expectVersion(found, change);
  await deps.settings.forgetSecrets(scope, change);
  await deps.secrets.remove(scope);
};

/** What resetting needs. */
export type ResetDeps = CredentialsDeps & { readonly lastTests: { remove(scope: Scope): Promise<void> } };

/**
 * Deletes a scope's mail settings, their secrets and what their last test said: the settings of the scope
 * above apply again.
 * @throws AppError `not-found` or `precondition-failed`
 */
export const resetMailSettings = async (deps: ResetDeps, scope: Scope, change: Change): Promise<void> => {
  await getScope(deps, scope);
  expectWritten(await deps.settings.remove(scope, change));
  await deps.secrets.remove(scope);
  await deps.lastTests.remove(scope);
};
