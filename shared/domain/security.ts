/**
 * How an SMTP connection is protected. `implicit`: TLS from the first byte (RFC 8314 section 3.3). `starttls`: an
 * upgrade that must succeed. `opportunistic`: an upgrade when the server offers one. `none`: clear text.
 */
export const SECURITIES = ["implicit", "starttls", "opportunistic", "none"] as const;
export type Security = (typeof SECURITIES)[number];

/** Port of mail submission over TLS from the first byte (RFC 8314 section 3.3): the default. */
export const IMPLICIT_TLS_PORT = 465;

/** How a port is protected unless the settings say otherwise. */
export const defaultSecurity = (port: number): Security => (port === IMPLICIT_TLS_PORT ? "implicit" : "starttls");
