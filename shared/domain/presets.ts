import { IMPLICIT_TLS_PORT } from "./security.ts";

/** Where a well-known provider takes mail. A null host has to be given: it depends on the customer's region. */
export interface Preset {
  readonly host: string | null;
  readonly port: number;
}

/**
 * Well-known SMTP providers. Sources, each the provider's own page on SMTP settings: Gmail "Send email from a printer,
 * scanner, or app"; Microsoft "SMTP AUTH client submission"; SendGrid "Integrating with the SMTP API"; Amazon SES
 * "Connecting to an SMTP endpoint"; Mailgun "Send via SMTP"; Postmark "Send with SMTP".
 */
export const PRESETS = {
  custom: { host: null, port: IMPLICIT_TLS_PORT },
  gmail: { host: "smtp.gmail.com", port: 465 },
  office365: { host: "smtp.office365.com", port: 587 },
  sendgrid: { host: "smtp.sendgrid.net", port: 465 },
  ses: { host: null, port: 465 },
  mailgun: { host: null, port: 465 },
  postmark: { host: "smtp.postmarkapp.com", port: 587 },
} as const satisfies Record<string, Preset>;

/** Name of a provider in {@link PRESETS}; `custom` knows nothing. */
export type PresetName = keyof typeof PRESETS;

/** All preset names, for schemas. */
export const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]];

/** Ports that speak plain SMTP first: relay (25), submission (587) and its common stand-in (2525). */
const PLAIN_SMTP_PORTS: readonly number[] = [25, 587, 2525];

/** What a form calls the protocol of a port. */
export const protocolOf = (port: number): "SMTP" | "SMTPS" => (PLAIN_SMTP_PORTS.includes(port) ? "SMTP" : "SMTPS");
