import { type MailSettings, providersOf } from "./mail-settings.ts";
import type { OAuth2Login } from "./oauth-login.ts";

/** Where a mailbox stands with its issuer. `expiring`: still works, but consent ends soon. */
export type OAuthStatus = "not-connected" | "connected" | "expiring" | "reconnect-needed";

/** What is stored about a scope's mailbox: never a token. */
export interface OAuthState {
  readonly status: "connected" | "reconnect-needed";
  /** What the tokens were issued for (see {@link oauthBindingOf}); other settings cannot use them. */
  readonly binding: string;
  /** Version of the OAuth secret that holds the tokens in force; empty while there were never any. */
  readonly tokenVersionId: string;
  readonly connectedAt: string;
  /** When consent itself ends or was found to have ended, null when the issuer does not say. */
  readonly expiresAt: string | null;
  /** Days before the end at which a warning went out; 0 for the word that it is over. */
  readonly warnedDays: readonly number[];
}

/** The login of a scope's mailbox: that of the first provider which logs in with OAuth 2.0. */
export const oauthLoginOf = (settings: MailSettings): OAuth2Login | undefined =>
  providersOf(settings)
    .flatMap((provider) => (provider.kind === "smtp" && provider.auth.type === "oauth2" ? [provider.auth] : []))
    .at(0);

/** Days before the end of consent at which a warning goes out. */
export const WARNING_DAYS = [30, 14, 7, 1] as const;

/**
 * What tokens are issued for. They are dropped when any of it changes, and only then. A service account signs for one
 * mailbox; with the other grants the mailbox is who consented, or any the application may use.
 * @param clientSecretVersion version id of the client secret or key in force.
 */
export const oauthBindingOf = (login: OAuth2Login, redirectUri: string, clientSecretVersion: string): string =>
  JSON.stringify([
    login.issuer,
    login.clientId,
    login.directoryId,
    redirectUri,
    clientSecretVersion,
    login.grant,
    ...(login.grant === "service_account" ? [login.username] : []),
  ]);

/** How the state looks to an administrator at a moment, under the settings in force. */
export const oauthStatusAt = (state: OAuthState | undefined, binding: string, now: Date): OAuthStatus => {
  if (state === undefined || state.binding !== binding) return "not-connected";
  if (state.status === "reconnect-needed") return "reconnect-needed";
  if (state.expiresAt === null) return "connected";
  const daysLeft = (Date.parse(state.expiresAt) - now.getTime()) / 86_400_000;
  if (daysLeft <= 0) return "reconnect-needed";
  return daysLeft <= WARNING_DAYS[0] ? "expiring" : "connected";
};
