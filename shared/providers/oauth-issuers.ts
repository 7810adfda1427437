import type { OAuth2Login, OAuthIssuer } from "../domain/oauth-login.ts";

/** What Tidings asks of an issuer, and where the issuer is. */
export interface IssuerProfile {
  /** Address of the issuer; Microsoft's has one for each directory. */
  readonly url: string;
  /** What a person consents to. */
  readonly consentScope: string;
  /** What the consent page is told besides: without it there is no refresh token. */
  readonly consentParameters: Readonly<Record<string, string>>;
  /** The part of it without which no mail can be sent. */
  readonly mailScope: string;
  /** What is asked for without consent. */
  readonly ownScope: string;
  /**
   * Whether who consented must be the mailbox. Microsoft lets people log in as a shared mailbox that they may send as,
   * so that their own name says nothing.
   */
  readonly checksMailbox: boolean;
}

/** Where issuers are instead of at their own places; empty for there. */
export interface IssuerUrls {
  readonly google: string;
  /** With `{directoryId}`. */
  readonly microsoft: string;
}

/** Sources: Google, "OAuth 2.0 for Web Server Applications" and "OAuth 2.0 Mechanism" of Gmail SMTP. */
const GOOGLE: IssuerProfile = {
  url: "https://accounts.google.com",
  consentScope: "openid email https://mail.google.com/",
  mailScope: "https://mail.google.com/",
  consentParameters: { access_type: "offline", prompt: "consent" },
  ownScope: "https://mail.google.com/",
  checksMailbox: true,
};

/** Source: Microsoft, "Authenticate an IMAP, POP or SMTP connection using OAuth". */
const MICROSOFT: IssuerProfile = {
  url: "https://login.microsoftonline.com/{directoryId}/v2.0",
  consentScope: "https://outlook.office.com/SMTP.Send offline_access",
  mailScope: "https://outlook.office.com/SMTP.Send",
  consentParameters: {},
  ownScope: "https://outlook.office365.com/.default",
  checksMailbox: false,
};

const PROFILES: Readonly<Record<OAuthIssuer, IssuerProfile>> = { google: GOOGLE, microsoft: MICROSOFT };

/** The issuer of a login. Tenants choose one of two and their directory there, and nothing else of its address. */
export const profileFor = ({ issuer, directoryId }: OAuth2Login, urls: IssuerUrls): IssuerProfile => {
  const profile = PROFILES[issuer];
  const url = urls[issuer] || profile.url;
  return { ...profile, url: url.replace("{directoryId}", encodeURIComponent(directoryId ?? "")) };
};
