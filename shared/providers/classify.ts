import type { Failed, FailureClass, FailureReason, SendPhase } from "../domain/outcome.ts";

/** A server's reply to an SMTP command. */
export interface SmtpReply {
  readonly phase: SendPhase;
  readonly code: number;
  /** RFC 3463 status, null when the server gave none. */
  readonly enhancedCode: string | null;
}

type Verdict = readonly [FailureClass, FailureReason];

interface Row {
  /** Phases the row is about; none means all. */
  readonly phases?: readonly SendPhase[];
  readonly codes: readonly (number | "4xx" | "5xx")[];
  /** Enhanced codes the row is about, without their first digit, which the basic code overrules; none means any. */
  readonly enhanced?: RegExp;
  readonly verdict: Verdict;
}

/** The mail, or what it says, is on its way: the sender has been taken. */
const UNDER_WAY = ["recipient", "accepted"] as const;

/**
 * What SMTP replies mean; the first row that fits decides. RFC 5321 section 4.2 (basic codes), RFC 3463 (enhanced
 * codes), RFC 4954 section 6 (login), RFC 1870 (size), and the pages of Google ("SMTP error codes") and Microsoft
 * ("Non-delivery reports in Exchange Online"), read 2026-11-20. Where basic and enhanced code disagree, the basic one
 * decides about trying again and the enhanced one tells the reason.
 */
const SMTP_ROWS: readonly Row[] = [
  { codes: [421], verdict: ["transient", "server-unavailable"] },
  { phases: ["greeting"], codes: ["4xx", "5xx"], verdict: ["transient", "server-unavailable"] },
  { phases: ["tls"], codes: ["4xx"], verdict: ["transient", "tls-failed"] },
  { phases: ["tls"], codes: ["5xx"], verdict: ["config", "tls-not-offered"] },
  { phases: ["auth"], codes: ["4xx"], verdict: ["transient", "server-unavailable"] },
  { phases: ["auth"], codes: [500, 502, 503, 504], verdict: ["config", "login-not-offered"] },
  { phases: ["auth"], codes: ["5xx"], verdict: ["config", "login-refused"] },
  { codes: [530, 534, 535, 538], verdict: ["config", "login-refused"] },
  { codes: [503], verdict: ["transient", "server-unavailable"] },
  { codes: [523], verdict: ["permanent", "message-too-large"] },
  { phases: ["sender"], codes: [552], verdict: ["permanent", "message-too-large"] },
  { codes: ["5xx"], enhanced: /^(3\.4|2\.3)$/, verdict: ["permanent", "message-too-large"] },
  { codes: [454], verdict: ["transient", "rate-limited"] },
  // Too many recipients, or mails, for one session or one day.
  { codes: ["4xx"], enhanced: /^(4\.5|5\.3)$/, verdict: ["transient", "rate-limited"] },
  { codes: ["5xx"], enhanced: /^4\.5$/, verdict: ["config", "rate-limited"] },
  // Mail system status: about the server, whomever the mail is for and whatever it says.
  { codes: ["4xx"], enhanced: /^3\./, verdict: ["transient", "server-unavailable"] },
  { phases: ["sender"], codes: ["4xx"], verdict: ["transient", "sender-refused"] },
  { phases: ["sender"], codes: ["5xx"], verdict: ["config", "sender-refused"] },
  // A login that may not send as this sender; Exchange says so after the whole mail.
  { phases: UNDER_WAY, codes: ["5xx"], enhanced: /^(1\.[78]|2\.252|7\.60)$/, verdict: ["config", "sender-refused"] },
  { phases: ["recipient"], codes: ["4xx"], verdict: ["transient", "recipient-refused"] },
  // Security and policy: about the mail or its sender, whoever it is for.
  { phases: ["recipient"], codes: ["5xx"], enhanced: /^7\./, verdict: ["permanent", "message-refused"] },
  { phases: ["recipient"], codes: ["5xx"], verdict: ["permanent", "recipient-refused"] },
  // Some servers look the recipient up only when they have the mail.
  { phases: ["accepted"], codes: ["4xx"], enhanced: /^[12]\./, verdict: ["transient", "recipient-refused"] },
  { phases: ["accepted"], codes: ["5xx"], enhanced: /^[12]\./, verdict: ["permanent", "recipient-refused"] },
  { phases: ["accepted"], codes: ["4xx"], verdict: ["transient", "message-refused"] },
  { phases: ["accepted"], codes: ["5xx"], verdict: ["permanent", "message-refused"] },
];

/** What an SMTP reply that is not a success means. Every code has a meaning: unknown ones go by their first digit. */
export const classifySmtpReply = (reply: SmtpReply): Verdict => {
  const detail = reply.enhancedCode?.slice(2) ?? "";
  const row = SMTP_ROWS.find(
    ({ phases, codes, enhanced }) =>
      (phases?.includes(reply.phase) ?? true) &&
      codes.some((code) => code === reply.code || code === `${Math.floor(reply.code / 100)}xx`) &&
      (enhanced?.test(detail) ?? true),
  );
  return row?.verdict ?? ["transient", "unknown"];
};

/** What SendGrid's answers mean (SendGrid v3 "Mail Send errors", read 2026-11-20); further ones go by first digit. */
const SENDGRID_VERDICTS: Readonly<Record<number, Verdict>> = {
  400: ["permanent", "message-refused"],
  401: ["config", "api-key-refused"],
  403: ["config", "api-forbidden"],
  408: ["transient", "server-unavailable"],
  413: ["permanent", "message-too-large"],
  429: ["transient", "rate-limited"],
};

/** What a SendGrid answer that is not a success means. */
export const classifySendGridStatus = (status: number): Verdict =>
  SENDGRID_VERDICTS[status] ?? (status >= 500 ? ["transient", "server-unavailable"] : ["config", "message-refused"]);

/** A failure without a reply to show. */
export const failed = (
  failureClass: FailureClass,
  reason: FailureReason,
  phase: SendPhase,
  text: string | null = null,
): Failed => ({ kind: "failed", class: failureClass, reason, phase, code: null, enhancedCode: null, text });
