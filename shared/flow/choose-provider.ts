import {
  bindingOf,
  effectiveSettings,
  type MailSettings,
  type SecretKind,
  type StoredMailSettings,
  secretKindOf,
} from "../domain/mail-settings.ts";
import type { Failed, FailureReason } from "../domain/outcome.ts";
import { type Scope, SYSTEM, type Tenant, tenantOf } from "../domain/scope.ts";
import type { Provider, Providers, SecretReader, SendingConfig } from "./ports.ts";

/** What choosing needs. */
export interface ChooseDeps {
  readonly secrets: SecretReader;
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
  effectiveSettings(scope, (at) => configs.get(at === SYSTEM ? SYSTEM : tenantOf(scope))?.get(at));

/**
 * Opens the provider of the settings in force. The secret is read by the version that the settings name, so that a
 * rotation takes effect with the next mail, and only used for what it was given for.
 */
export const chooseProvider = async (deps: ChooseDeps, stored: StoredMailSettings | undefined): Promise<Choice> => {
  if (stored === undefined) {
    return unusable("no-mail-settings", "No scope from here up to system has mail settings in mode own.");
  }
  const { scope, provider } = stored.settings;
  const kind = secretKindOf(provider);
  if (kind === undefined) return ready(deps, stored, undefined);
  const note = stored.secrets[kind];
  if (note === undefined) return missing(scope, kind, "was never given");
  const value = await deps.secrets.read(scope, note.versionId);
  if (value === undefined) return missing(scope, kind, "does not exist any more");
  if (value.binding !== bindingOf(provider)) return missing(scope, kind, "was given for another host, port or user");
  return ready(deps, stored, value.secret);
};

const ready = ({ providers }: ChooseDeps, stored: StoredMailSettings, secret: string | undefined): Choice => ({
  kind: "ready",
  settings: stored.settings,
  provider: providers.open(stored, secret),
});

const missing = (scope: Scope, kind: SecretKind, why: string): Choice =>
  unusable("credentials-required", `The ${kind} of ${scope} ${why}. Give it with PUT mail-settings/credentials.`);

const unusable = (reason: FailureReason, text: string): Choice => ({
  kind: "unusable",
  failure: { kind: "failed", class: "config", reason, phase: "settings", code: null, enhancedCode: null, text },
});
