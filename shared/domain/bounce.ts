import type { SendOutcome } from "./outcome.ts";

/**
 * Details that say of the address that it leads nowhere, whatever class stands before them: no such mailbox (X.1.1), no
 * such system (X.1.2), no possible address (X.1.3), moved without a forwarding address (X.1.6; all RFC 3463 section
 * 3.2), and a domain that takes no mail (X.1.10, RFC 7505). X.1.4 and X.1.5 say that it is good or not clear,
 * X.1.7 and X.1.8 are about the sender, X.2 about a mailbox that exists, X.7 about policy.
 */
const LEADS_NOWHERE = /^\d\.1\.(?:1|2|3|6|10)$/;

/** Whether a status (RFC 3463) says of an address that it leads nowhere. */
export const leadsNowhere = (enhancedCode: string): boolean => LEADS_NOWHERE.test(enhancedCode);

/** Some servers write the detail behind their words, as in `sorry, no mailbox here by that name. (#5.1.1)`. */
const DETAIL_IN_WORDS = /\(#(\d\.\d{1,3}\.\d{1,3})\)/;

/**
 * Whether a send ended so that the address is to be mailed no more: the server said for good, and of the recipient, that
 * the address leads nowhere. A bare 550 does not: it is also the reply of servers that do not relay for us or that have
 * reasons of policy (RFC 5321 sections 3.6.2 and 7.9). In doubt the address stays, for another refusal costs little, and
 * mail that somebody misses much.
 */
export const condemnsAddress = (outcome: SendOutcome): boolean => {
  if (outcome.kind !== "failed" || outcome.class !== "permanent" || outcome.reason !== "recipient-refused")
    return false;
  const detail = outcome.enhancedCode ?? DETAIL_IN_WORDS.exec(outcome.text ?? "")?.[1];
  return detail !== undefined && leadsNowhere(detail);
};
