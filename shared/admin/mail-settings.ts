import { AppError } from "../domain/app-error.ts";
import { effectiveSettings, type MailSettings } from "../domain/mail-settings.ts";
import { chainOf, type Scope } from "../domain/scope.ts";
import { expectWritten } from "./expect-written.ts";
import type { Change, ConfigStore, VersionedSettings } from "./ports.ts";
import { getScope } from "./scopes.ts";

/** What the use cases of mail settings need. */
export type SettingsDeps = Pick<ConfigStore, "scopes" | "settings">;

/**
 * The settings given at a scope itself.
 * @throws AppError `not-found`
 */
export const getMailSettings = async (deps: SettingsDeps, scope: Scope): Promise<VersionedSettings> => {
  await getScope(deps, scope);
  const found = await deps.settings.get(scope);
  if (found === undefined) {
    throw new AppError(
      "not-found",
      `Scope "${scope}" has no mail settings of its own; ?effective=true shows those in force.`,
    );
  }
  return found;
};

/** The settings in force at a scope. */
export interface EffectiveSettings {
  readonly settings: VersionedSettings;
  /** The scope they come from; null when they are the scope's own. */
  readonly inheritedFrom: Scope | null;
  /** A sentence that says why these. */
  readonly reason: string;
}

/**
 * The settings that would be used for a mail of the scope.
 * @throws AppError `not-found` when the scope does not exist, or nothing up to `system` is in force.
 */
export const getEffectiveSettings = async (deps: SettingsDeps, scope: Scope): Promise<EffectiveSettings> => {
  await getScope(deps, scope);
  const chain = chainOf(scope);
  const given = await Promise.all(chain.map((one) => deps.settings.get(one)));
  const byScope = new Map(given.flatMap((one) => (one === undefined ? [] : [[one.value.scope, one] as const])));
  const inForce = effectiveSettings(scope, (one) => toStored(byScope.get(one)));
  const settings = inForce === undefined ? undefined : byScope.get(inForce.settings.scope);
  if (settings === undefined) {
    throw new AppError(
      "not-found",
      `No mail settings are in force at "${scope}": none of ${chain.join(", ")} has any in mode own.`,
    );
  }
  const source = settings.value.scope;
  if (source === scope) return { settings, inheritedFrom: null, reason: `Scope "${scope}" has settings in mode own.` };
  const why = byScope.has(scope) ? "has its own settings in mode inherit" : "has no settings of its own";
  const reason = `Scope "${scope}" ${why}; "${source}" is the nearest scope above with settings in mode own.`;
  return { settings, inheritedFrom: source, reason };
};

const toStored = (found: VersionedSettings | undefined) =>
  found === undefined ? undefined : { settings: found.value, secrets: found.secrets };

/**
 * Creates or replaces the settings of a scope. Secrets stay, but are used only for what they were given for.
 * @throws AppError `not-found` or `precondition-failed`
 */
export const putMailSettings = async (
  deps: SettingsDeps,
  settings: MailSettings,
  change: Change,
): Promise<VersionedSettings> => {
  await getScope(deps, settings.scope);
  return expectWritten(await deps.settings.put(settings.scope, settings, change));
};
