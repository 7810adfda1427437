import type { SendOutcome } from "./outcome.ts";

/**
 * Replies that can be about a mailbox: it is not there, not here, or not a name that could be (RFC 5321 section 4.2.3).
 * 552 is about room and 554 about anything.
 */
const MAILBOX_CODES: readonly (number | null)[] = [550, 551, 553];

/**
 * Details that say of the address that it leads nowhere, whatever class stands before them: no such mailbox (X.1.1), no
 * such system (X.1.2), no possible address (X.1.3), moved without a forwarding address (X.1.6; all RFC 3463 section
 * 3.2), and a domain that takes no mail (X.1.10, RFC 7505). X.1.4 and X.1.5 say that it is good or not clear,
 * X.1.7 and X.1.8 are about the sender, X.2 about a mailbox that exists, X.7 about policy.
 */
const LEADS_NOWHERE = /^\d\.1\.(?:1|2|3|6|10)$/;

/** Some servers write the detail behind their words, as in `sorry, no mailbox here by that name. (#5.1.1)`. */
const DETAIL_IN_WORDS = /\(#(\d\.\d{1,3}\.\d{1,3})\)/;

/**
 * Words of a server that turns the sender away and says nothing of the mailbox. It answers 550 too, when it does not
 * relay for us and for all reasons of policy (RFC 5321 sections 3.6.2 and 7.9), and not all give a detail.
 */
const ABOUT_THE_SENDER =
  /relay|spam|block|black|denied|polic|prohibit|reputation|\b(?:rbl|dnsbl|spf|dkim|dmarc)\b|authenticat/i;

/**
 * Whether a send ended so that the address is to be mailed no more: the server said for good, and of the recipient, that
 * there is no such mailbox. Without a detail only a reply to RCPT counts, for after the mail it may be about what the
 * mail says. In doubt the address stays: another refusal costs little, and mail that somebody misses much.
 */
export const condemnsAddress = (outcome: SendOutcome): boolean => {
  if (outcome.kind !== "failed" || outcome.class !== "permanent" || outcome.reason !== "recipient-refused")
    return false;
  if (!MAILBOX_CODES.includes(outcome.code)) return false;
  const text = outcome.text ?? "";
  const detail = outcome.enhancedCode ?? DETAIL_IN_WORDS.exec(text)?.[1];
  if (detail !== undefined) return LEADS_NOWHERE.test(detail);
  return outcome.phase === "recipient" && !ABOUT_THE_SENDER.test(text);
};
