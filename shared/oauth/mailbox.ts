import { AppError, notFound } from "../domain/app-error.ts";
import {
  type MailSettings,
  missingSecrets,
  oauthSecretKindOf,
  providersOf,
  type SecretNote,
  type StoredMailSettings,
} from "../domain/mail-settings.ts";
import type { OAuth2Login } from "../domain/oauth-login.ts";
import { oauthBindingOf, oauthLoginOf } from "../domain/oauth-state.ts";
import type { Scope } from "../domain/scope.ts";
import type { IssuerClient, OAuthDeps } from "./ports.ts";

/** A mailbox that logs in with OAuth 2.0, as the settings of its scope describe it. */
export interface Mailbox {
  readonly scope: Scope;
  readonly settings: MailSettings;
  readonly login: OAuth2Login;
  /** Version of the client secret or key in force. */
  readonly secretVersionId: string;
  /** What that secret must have been given for to be used (see `bindingFor`). */
  readonly secretBinding: string;
  /** What tokens must be issued for to be used (see `oauthBindingOf`). */
  readonly binding: string;
}

/** A mailbox, or the sentence that says what the settings lack. */
export type FoundMailbox =
  | { readonly ok: true; readonly mailbox: Mailbox }
  | { readonly ok: false; readonly login: OAuth2Login | undefined; readonly message: string };

/** What finding a mailbox needs. */
export type MailboxDeps = Pick<OAuthDeps, "config" | "redirectUri">;

/** The mailbox of the settings given at a scope. */
export const findMailbox = async ({ config, redirectUri }: MailboxDeps, scope: Scope): Promise<FoundMailbox> => {
  const stored = await config.settings(scope);
  if (stored === undefined) return lacking(`Scope "${scope}" has no mail settings of its own.`);
  const login = oauthLoginOf(stored.settings);
  if (login === undefined) {
    return lacking(`The mail settings of "${scope}" do not log in with OAuth 2.0: auth.type is not "oauth2".`);
  }
  const note = usableNote(stored, login);
  if (note === undefined) return lacking(secretMissing({ login }), login);
  const { versionId: secretVersionId, binding: secretBinding } = note;
  const binding = oauthBindingOf(login, redirectUri, secretVersionId);
  return { ok: true, mailbox: { scope, settings: stored.settings, login, secretVersionId, secretBinding, binding } };
};

const lacking = (message: string, login?: OAuth2Login): FoundMailbox => ({ ok: false, login, message });

/** What to do when the client secret or key is not there, or was given for another application. */
export const secretMissing = ({ login }: Pick<Mailbox, "login">): string =>
  `The ${oauthSecretKindOf(login)} for these settings is not given: PUT it to mail-settings/credentials.`;

/** The note about the client secret or key, unless it was given for another application. */
const usableNote = ({ settings, secrets }: StoredMailSettings, login: OAuth2Login): SecretNote | undefined => {
  const kind = oauthSecretKindOf(login);
  const provider = providersOf(settings).find((one) => one.kind === "smtp" && one.auth === login);
  const missing = provider === undefined || missingSecrets(provider, secrets).includes(kind);
  return missing ? undefined : secrets[kind];
};

/**
 * The mailbox of a scope, for an administrator.
 * @throws AppError `not-found` or, with what the settings lack, `conflict`
 */
export const expectMailbox = async (deps: MailboxDeps, scope: Scope): Promise<Mailbox> => {
  await expectScope(deps, scope);
  const found = await findMailbox(deps, scope);
  if (!found.ok) throw new AppError("conflict", found.message);
  return found.mailbox;
};

/** @throws AppError `not-found` */
export const expectScope = async ({ config }: Pick<OAuthDeps, "config">, scope: Scope): Promise<void> => {
  if (!(await config.exists(scope))) throw notFound(`Scope "${scope}"`);
};

/** Whether somebody has to consent in a browser before there are tokens. */
export const needsConsent = ({ login }: Pick<Mailbox, "login">): boolean => login.grant === "authorization_code";

/** How the mailbox proves itself to its issuer. Undefined: its secret was deleted, or was given for something else. */
export const issuerClientOf = async (
  { secrets }: Pick<OAuthDeps, "secrets">,
  { scope, login, secretVersionId, secretBinding }: Mailbox,
): Promise<IssuerClient | undefined> => {
  const value = await secrets.read(scope, secretVersionId);
  return value?.binding === secretBinding ? { login, secret: value.secret } : undefined;
};
