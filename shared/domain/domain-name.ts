import { domainToASCII } from "node:url";

/** Longest name DNS can carry, in octets, written without the final dot (RFC 1035 section 2.3.4). */
const MAX_NAME_LENGTH = 253;

/**
 * What may stand in a name before IDNA. Anything else in ASCII would be read as URL syntax by `domainToASCII`, which
 * cuts `a/b` down to `a`; invisible characters (controls, format characters, blanks) are never part of an honest name.
 */
const SPELLING = /^(?:[A-Za-z0-9.-]|[^\p{ASCII}\p{C}\p{Z}])+$/u;

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

type Examined = { readonly name: string } | { readonly problem: string };

const examine = (text: string): Examined => {
  if (!SPELLING.test(text)) return { problem: 'must be letters, digits, "-" and ".", such as "mail.example.org"' };
  // ASCII names stay out of the URL machinery: it would read `127.1` as an address.
  const name = /^\p{ASCII}+$/u.test(text) ? text.toLowerCase() : domainToASCII(text);
  const labels = name.split(".");
  if (labels.length < 2) return { problem: 'must have at least two parts joined by a dot, such as "example.org"' };
  if (name.length > MAX_NAME_LENGTH) return { problem: `must be at most ${MAX_NAME_LENGTH} characters long` };
  if (!labels.every((label) => LABEL.test(label))) {
    return { problem: 'must have 1 to 63 letters, digits or "-" between its dots, and no "-" beside a dot' };
  }
  // RFC 3696 section 2: top-level domains are words. A number there, also one like `0x7f`, makes it an IPv4 address.
  if (!/[.][a-z][^.]*$/.test(name)) return { problem: "must end in a top-level domain, not in a number" };
  return { name };
};

/** Why a text is not a dotted DNS name, as a sentence, or undefined when it is one. International names are fine. */
export const explainDomainName = (text: string): string | undefined => {
  const examined = examine(text);
  return "problem" in examined ? examined.problem : undefined;
};

/** The text as a dotted DNS name, lower-case and in ASCII (IDNA), or undefined (see {@link explainDomainName}). */
export const parseDomainName = (text: string): string | undefined => {
  const examined = examine(text);
  return "name" in examined ? examined.name : undefined;
};
