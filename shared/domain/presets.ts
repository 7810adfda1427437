import type { OAuthGrant, OAuthIssuer } from "./oauth-login.ts";
import { IMPLICIT_TLS_PORT } from "./security.ts";

/** Where a well-known provider takes mail, and what people need to know to use it. */
export interface Preset {
  /** What people call it. */
  readonly label: string;
  /** Null when it has to be given: it depends on the customer. */
  readonly host: string | null;
  /** What a host that has to be given looks like. */
  readonly hostForm?: string;
  readonly port: number;
  /** Ways to log in without a password, where there are any. */
  readonly oauth2?: { readonly issuer: OAuthIssuer; readonly grants: readonly OAuthGrant[] };
  /** Sentences for whoever fills in the form. */
  readonly hints: readonly string[];
}

/**
 * Well-known SMTP providers. Sources, each the provider's own page on SMTP settings: Gmail "Send email from a printer,
 * scanner, or app"; Microsoft "SMTP AUTH client submission"; SendGrid "Integrating with the SMTP API"; Amazon SES
 * "Connecting to an SMTP endpoint"; Mailgun "Send via SMTP"; Postmark "Send with SMTP".
 */
export const PRESETS = {
  custom: { label: "Other SMTP server", host: null, hostForm: "smtp.example.org", port: IMPLICIT_TLS_PORT, hints: [] },
  gmail: {
    label: "Gmail and Google Workspace",
    host: "smtp.gmail.com",
    port: 465,
    oauth2: { issuer: "google", grants: ["authorization_code", "service_account"] },
    hints: [
      "The user name is the full address of the mailbox.",
      "A password has to be an app password, which needs two-step verification; OAuth 2.0 needs none.",
    ],
  },
  office365: {
    label: "Office 365",
    host: "smtp.office365.com",
    port: 587,
    oauth2: { issuer: "microsoft", grants: ["authorization_code", "client_credentials"] },
    hints: [
      "The user name is the user principal name of the mailbox.",
      "Microsoft is ending password logins over SMTP: choose OAuth 2.0.",
      "Authenticated SMTP has to be switched on for the mailbox, in the Microsoft 365 admin center.",
    ],
  },
  sendgrid: {
    label: "SendGrid by SMTP",
    host: "smtp.sendgrid.net",
    port: 465,
    hints: ['The user name is the word "apikey", and the password is the API key.'],
  },
  ses: {
    label: "Amazon SES",
    host: null,
    hostForm: "email-smtp.<region>.amazonaws.com",
    port: 465,
    hints: ["User name and password are SES's SMTP credentials, not an access key of IAM."],
  },
  mailgun: {
    label: "Mailgun",
    host: null,
    hostForm: "smtp.mailgun.org, in the EU smtp.eu.mailgun.org",
    port: 465,
    hints: ["User name and password are the SMTP credentials of the sending domain."],
  },
  postmark: {
    label: "Postmark",
    host: "smtp.postmarkapp.com",
    port: 587,
    hints: ["User name and password are both the server's API token."],
  },
} as const satisfies Record<string, Preset>;

/** Name of a provider in {@link PRESETS}; `custom` knows nothing. */
export type PresetName = keyof typeof PRESETS;

/** All preset names, for schemas. */
export const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]];

/** Ports that speak plain SMTP first: relay (25), submission (587) and its common stand-in (2525). */
const PLAIN_SMTP_PORTS: readonly number[] = [25, 587, 2525];

/** What a form calls the protocol of a port. */
export const protocolOf = (port: number): "SMTP" | "SMTPS" => (PLAIN_SMTP_PORTS.includes(port) ? "SMTP" : "SMTPS");
