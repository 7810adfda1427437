/** Where a send had got to. The names are those of the connection test's steps. */
export const SEND_PHASES = [
  "settings",
  "dns",
  "connect",
  "greeting",
  "tls",
  "auth",
  "sender",
  "recipient",
  "accepted",
] as const;
export type SendPhase = (typeof SEND_PHASES)[number];

/**
 * What a failure means for the next step. `transient`: certainly not sent, may work later. `permanent`: certainly not
 * sent, and will not be. `config`: certainly not sent, until somebody changes the settings or the server.
 * `ambiguous`: the server may have taken the mail (RFC 1047), so that another try may double it.
 */
export type FailureClass = "transient" | "permanent" | "config" | "ambiguous";

/** Why a send failed, as a closed list: metric dimension, and the key of the advice given to administrators. */
export const FAILURE_REASONS = [
  "no-mail-settings",
  "credentials-required",
  "oauth-not-connected",
  "oauth-refused",
  "oauth-unavailable",
  "target-refused",
  "name-not-found",
  "proxy-refused",
  "proxy-failed",
  "connection-refused",
  "connection-lost",
  "timeout",
  "no-greeting",
  "not-smtp",
  "server-unavailable",
  "tls-not-offered",
  "tls-expected-later",
  "tls-too-old",
  "tls-failed",
  "certificate-expired",
  "certificate-self-signed",
  "certificate-wrong-name",
  "certificate-untrusted",
  "login-refused",
  "login-not-offered",
  "api-key-refused",
  "api-forbidden",
  "sender-refused",
  "recipient-refused",
  "message-refused",
  "message-too-large",
  "rate-limited",
  "possibly-sent",
  "unknown",
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** The mail is the server's responsibility now (RFC 5321 section 4.2.5). */
export interface Accepted {
  readonly kind: "accepted";
  /** The reply number: 250, 202 ... */
  readonly code: number;
  /** The server's words, shortened. They often hold its queue id. */
  readonly text: string;
}

/** The mail was not taken, or nobody can tell. */
export interface Failed {
  readonly kind: "failed";
  readonly class: FailureClass;
  readonly reason: FailureReason;
  readonly phase: SendPhase;
  /** The server's reply number, null when there was no reply. */
  readonly code: number | null;
  /** RFC 3463 status such as `5.1.1`. */
  readonly enhancedCode: string | null;
  /** The server's or our words, shortened and free of secrets; null when showing them could leak something. */
  readonly text: string | null;
  /** Seconds the server asked us to wait. */
  readonly retryAfterSeconds?: number | undefined;
}

/** How one send ended. Providers never throw for what a server did. */
export type SendOutcome = Accepted | Failed;
