import { enhancedCodeOf } from "../domain/enhanced-code.ts";
import type { Failed, SendPhase } from "../domain/outcome.ts";
import { toRecordableText } from "../domain/recordable-text.ts";
import { classifySmtpReply, failed } from "./classify.ts";
import type { Transcript } from "./smtp-transcript.ts";
import { tlsProblemOf } from "./tls-error.ts";

/** The parts of the mail library's errors that are looked at (nodemailer 10, `errors`). */
interface LibraryError extends Error {
  readonly code?: string | undefined;
  /** Code of the socket's or TLS's own error, where there is one. */
  readonly originalCode?: string | undefined;
  readonly command?: string | undefined;
  readonly response?: string | undefined;
}

/** A reply that refuses: 4xx or 5xx. Anything else that ends a send is no answer to it. */
const REFUSAL = /^[45]\d\d(?=[ -]|$)/;

/**
 * What an error of the mail library means. The library's codes alone cannot tell whether the mail was handed over;
 * the transcript can.
 */
export const toFailure = (
  error: LibraryError,
  transcript: Transcript,
  secrets: readonly (string | undefined)[],
): Failed => {
  const { phase } = transcript;
  const [code] = REFUSAL.exec(error.response ?? "") ?? [];
  if (code !== undefined) return fromReply(error, Number(code), phase, secrets);
  if (phase === "accepted") return lostAt(phase);
  const tlsProblem = phase === "tls" ? tlsProblemOf(error.originalCode) : undefined;
  if (tlsProblem !== undefined) return failed("config", tlsProblem.reason, phase, tlsProblem.text);
  switch (error.code) {
    case "EPROTOCOL":
      // What a server that does not speak SMTP said is none of the administrator's business.
      return phase === "greeting"
        ? failed("config", "not-smtp", phase, "The server does not speak SMTP.")
        : lostAt(phase);
    case "EAUTH":
      return loginNotOffered();
    case "EMESSAGE":
      return failed("permanent", "message-too-large", "sender", "The mail is larger than the server takes.");
    case "ETIMEDOUT":
      return timedOut(phase, transcript.heard);
    default:
      return lostAt(phase);
  }
};

/** There is no way to log in that both sides know and that the settings allow. */
export const loginNotOffered = (): Failed =>
  failed("config", "login-not-offered", "auth", "The server offers no way to log in that is supported here.");

/**
 * The time is over. Once the server has asked for the mail, nobody knows whether it took it.
 * @param heard whether the server has said anything at all.
 */
export const timedOut = (phase: SendPhase, heard = false): Failed => {
  if (phase === "accepted") {
    return failed("ambiguous", "possibly-sent", phase, "The server did not confirm the mail in time.");
  }
  return phase === "greeting" && !heard
    ? failed("transient", "no-greeting", phase, "The server took the connection and then said nothing.")
    : failed("transient", "timeout", phase, "The server did not answer in time.");
};

const lostAt = (phase: SendPhase): Failed =>
  phase === "accepted"
    ? failed("ambiguous", "possibly-sent", phase, "The connection broke before the server confirmed the mail.")
    : failed("transient", "connection-lost", phase, "The connection broke.");

const fromReply = (
  error: LibraryError,
  code: number,
  reached: SendPhase,
  secrets: readonly (string | undefined)[],
): Failed => {
  const response = error.response ?? "";
  const phase = phaseOf(error) ?? reached;
  const enhancedCode = enhancedCodeOf(response);
  const [failureClass, reason] = classifySmtpReply({ phase, code, enhancedCode });
  const text = toRecordableText(response, secrets);
  return { kind: "failed", class: failureClass, reason, phase, code, enhancedCode, text };
};

/** The command a reply belongs to is known even where several were sent at once (RFC 2920). */
const phaseOf = ({ code, command }: LibraryError): SendPhase | undefined => {
  if (code === "EAUTH") return "auth";
  if (code === "ETLS") return "tls";
  if (command === "MAIL FROM") return "sender";
  if (command === "RCPT TO") return "recipient";
  if (command === "DATA") return "accepted";
  return undefined;
};
