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

/** What goes wrong with a server, or on the way to it, before it says anything about a mail or a login. */
const OF_THE_SERVER = [
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
] as const;

/** Why a send failed, as a closed list: what records and logs tell, and the key of the advice given to administrators. */
export const FAILURE_REASONS = [
  "no-mail-settings",
  "credentials-required",
  "oauth-not-connected",
  "oauth-refused",
  "oauth-unavailable",
  "target-refused",
  ...OF_THE_SERVER,
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
  /** Another mail's failure, which this one shares since it waited for the same connection. */
  readonly isShared?: true | undefined;
}

/** How one send ended. Providers never throw for what a server did. */
export type SendOutcome = Accepted | Failed;

/** What a failure is about when no other way to send and no other mail is better off: the recipient, or the mail. */
const OF_THIS_MAIL: readonly FailureReason[] = ["recipient-refused", "message-too-large"];

/** What goes wrong with a server rather than with a mail, whatever the class. */
const OF_THE_HOST: readonly FailureReason[] = [...OF_THE_SERVER, "possibly-sent"];

/** What no try may be repeated after with the same secret: servers lock accounts. */
const OF_THE_LOGIN: readonly FailureReason[] = ["login-refused", "api-key-refused"];

/** Nobody can tell whether a server has the mail. */
export const possiblySent = (text: string): Failed => ({
  kind: "failed",
  class: "ambiguous",
  reason: "possibly-sent",
  phase: "accepted",
  code: null,
  enhancedCode: null,
  text,
});

/** Longest wait a server may ask for, in seconds. */
const MAX_PAUSE_SECONDS = 3600;

/** Seconds a server asked to be left alone for, within reason; 0 when it did not. */
export const pauseSecondsOf = ({ retryAfterSeconds = 0 }: Failed): number =>
  Math.min(Math.max(retryAfterSeconds, 0), MAX_PAUSE_SECONDS);

/** Whether a failure is about this very mail or its recipient: any other way to send would end the same. */
export const isAboutThisMail = ({ reason }: Failed): boolean => OF_THIS_MAIL.includes(reason);

/** Whether the mail may go out another way: certainly not sent, and not for what it is or whom it is for. */
export const mayFailOver = (failure: Failed): boolean =>
  (failure.class === "transient" || failure.class === "config") && !isAboutThisMail(failure);

/**
 * Whether any other mail would have failed just so: it counts against the server. So does an access token that a server
 * refused, for another consent changes nothing that an edition could tell, and a server must not be shown it often.
 */
export const isHostFailure = ({ reason, code }: Failed): boolean =>
  OF_THE_HOST.includes(reason) || (reason === "oauth-refused" && code !== null);

/** Whether the server refused the login itself. */
export const isLoginRefused = ({ reason }: Failed): boolean => OF_THE_LOGIN.includes(reason);

/** What an administrator's consent mends. */
const OF_THE_CONSENT: readonly FailureReason[] = ["oauth-not-connected", "oauth-refused"];

/** Whether an administrator has to act before a try is of use, and asking whether one did costs the server little. */
export const isAboutSettings = ({ class: failureClass, phase, reason }: Failed): boolean =>
  failureClass === "config" && (phase === "settings" || OF_THE_CONSENT.includes(reason));
