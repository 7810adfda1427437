import type { FailureClass, FailureReason, SendPhase } from "../../shared/domain/outcome.ts";

/** Replies as servers give them, by where they come and what they mean. */
export interface ReplySamples {
  readonly phases: readonly SendPhase[];
  readonly expected: readonly [FailureClass, FailureReason];
  readonly replies: readonly string[];
}

const DIALOGUE: readonly SendPhase[] = ["greeting", "tls", "auth", "sender", "recipient", "accepted"];
const MAIL: readonly SendPhase[] = ["sender", "recipient", "accepted"];

/** What servers say about themselves, their TLS and the login. */
export const SERVER_SAMPLES: readonly ReplySamples[] = [
  {
    phases: DIALOGUE,
    expected: ["transient", "server-unavailable"],
    replies: [
      "421",
      "421 4.3.2 Service shutting down",
      "421 4.7.0 [203.0.113.9] Our system has detected an unusual rate of unsolicited mail. - gsmtp",
      "421 4.7.28 Gmail has detected an unusual rate of mail originating from your IP address.",
      "421 4.4.2 mx.example Error: timeout exceeded",
      "421 4.3.2 The maximum number of concurrent server connections has exceeded a limit",
      "421 Too many concurrent SMTP connections from this IP address; please try again later.",
      "421 5.5.1 contradictory",
    ],
  },
  {
    phases: ["greeting"],
    expected: ["transient", "server-unavailable"],
    replies: [
      "554 5.7.1 Service unavailable; Client host [203.0.113.9] blocked using zen.example",
      "554 No SMTP service here",
      "550 5.7.1 Access denied",
      "521 5.3.2 mx.example does not accept mail",
      "450 4.7.1 Try again later",
      "451 4.3.0 Temporary lookup failure",
      "500 what",
      "502 5.5.2 Error: command not recognized",
      "553 Sorry, too busy",
    ],
  },
  {
    phases: ["tls"],
    expected: ["transient", "tls-failed"],
    replies: ["454 4.7.0 TLS not available due to local problem", "451 4.3.0 later", "450 later", "454 4.3.3 TLS busy"],
  },
  {
    phases: ["tls"],
    expected: ["config", "tls-not-offered"],
    replies: [
      "502 5.5.1 Error: command not implemented",
      "500 5.5.1 unknown",
      "503 5.5.1 order",
      "501 5.5.4",
      "554 no",
    ],
  },
  {
    phases: ["auth"],
    expected: ["transient", "server-unavailable"],
    replies: [
      "454 4.7.0 Temporary authentication failure: Connection lost to authentication server",
      "454 4.7.0 Too many login attempts, please try again later. - gsmtp",
      "451 4.7.0 Temporary server error. Please try again later. PRX4",
      "432 4.7.12 A password transition is needed",
      "450 4.7.0 y",
      "435 Unable to authenticate at present",
      "454 5.7.8 contradictory",
    ],
  },
  {
    phases: ["auth"],
    expected: ["config", "login-not-offered"],
    replies: [
      "500 5.5.1 Unrecognized command",
      "502 5.5.1 Error: command not implemented",
      "503 AUTH command used when not advertised",
      "503 5.5.1 Error: authentication not enabled",
      "504 5.7.4 Unrecognized authentication type",
      "504 5.5.4 mechanism",
    ],
  },
  {
    phases: ["auth"],
    expected: ["config", "login-refused"],
    replies: [
      "535-5.7.8 Username and Password not accepted. For more information, go to",
      "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
      "535 5.7.3 Authentication unsuccessful [DU2PR04CA0001.eurprd04.prod.outlook.com]",
      "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
      "535 Authentication Credentials Invalid",
      "535 Incorrect authentication data",
      "535 Authentication failed: Bad username / password",
      "535 Authentication failed: The provided authorization grant is invalid, expired, or revoked",
      "534-5.7.9 Application-specific password required. Learn more at",
      "534 5.7.14 Please log in through your web browser and then try again.",
      "525 5.7.13 User account disabled",
      "550 5.7.1 Not allowed",
      "538 5.7.11 Encryption required for requested authentication mechanism",
      "530 5.7.0 Must issue a STARTTLS command first",
      "554 5.7.8 Access denied",
      "535 4.7.8 contradictory",
    ],
  },
  {
    phases: MAIL,
    expected: ["config", "login-refused"],
    replies: [
      "530 5.7.0 Authentication Required. For more information, go to",
      "530 5.7.57 Client not authenticated to send mail.",
      "530 5.7.1 Client was not authenticated",
      "530 Authentication required",
      "535 5.7.8 no",
      "534 x",
      "538 5.7.11 encryption",
    ],
  },
  {
    phases: MAIL,
    expected: ["transient", "server-unavailable"],
    replies: ["503 5.5.1 Error: nested MAIL command", "503"],
  },
];
