/** Whose OAuth 2.0 service signs a mailbox in. */
export const OAUTH_ISSUERS = ["google", "microsoft"] as const;
export type OAuthIssuer = (typeof OAUTH_ISSUERS)[number];

/**
 * Where an issuer's access tokens may be shown. A token opens the mailbox to whoever sees it, and settings can be
 * pointed anywhere. Sources: Google, "Send email from a printer, scanner, or app"; Microsoft, "Authenticated client
 * SMTP submission" and the page of the same name for Outlook.com.
 */
export const MAIL_HOSTS: Readonly<Record<OAuthIssuer, readonly string[]>> = {
  google: ["smtp.gmail.com", "smtp-relay.gmail.com"],
  microsoft: ["smtp.office365.com", "smtp-mail.outlook.com"],
};

/**
 * How access tokens are come by. `authorization_code`: a person consents once in a browser. `client_credentials`:
 * the application itself (Microsoft). `service_account`: a key signs for the mailbox (Google Workspace).
 */
export const OAUTH_GRANTS = ["authorization_code", "client_credentials", "service_account"] as const;
export type OAuthGrant = (typeof OAUTH_GRANTS)[number];

/** Login with an access token (SASL XOAUTH2) as the mailbox `username`. */
export interface OAuth2Login {
  readonly type: "oauth2";
  readonly username: string;
  readonly issuer: OAuthIssuer;
  readonly grant: OAuthGrant;
  readonly clientId: string;
  /** The Microsoft directory (tenant) of the client; null for Google. */
  readonly directoryId: string | null;
}
