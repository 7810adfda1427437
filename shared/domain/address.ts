import type { InputIssue } from "./app-error.ts";
import { explainDomainName, parseDomainName } from "./domain-name.ts";

/**
 * An e-mail address that has been parsed: exactly what goes on the wire, and safe there. It has one `@` and no blank,
 * comma, colon, bracket, quote, backslash or control character, so that nothing can read it as two or as a command.
 */
export type EmailAddress = string & { readonly __brand: "EmailAddress" };

/** Octets an address may have: a path of 256 (RFC 5321 section 4.5.3.1.3) without its angle brackets. */
const MAX_ADDRESS_LENGTH = 254;

/** Octets before the `@` (RFC 5321 section 4.5.3.1.1). */
const MAX_LOCAL_LENGTH = 64;

/** Characters of a bad part that an issue shows. */
const MAX_SHOWN = 80;

/** RFC 5322 section 3.2.3. Quoted strings and comments are left out on purpose: only attackers use them. */
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

const BLANKS_AROUND = /^[ \t]+|[ \t]+$/g;

type Examined = { readonly address: EmailAddress } | { readonly problem: string };

const explainLocalPart = (local: string): string | undefined => {
  if (local === "") return 'must have a name before the "@"';
  if (/[^\p{ASCII}]/u.test(local)) return 'must have only plain ASCII before the "@": not every mail server takes more';
  if (!DOT_ATOM.test(local)) {
    return 'must have only letters, digits, single dots between them and !#$%&\'*+/=?^_`{|}~- before the "@"';
  }
  if (local.length > MAX_LOCAL_LENGTH) return `must have at most ${MAX_LOCAL_LENGTH} characters before the "@"`;
  return undefined;
};

const examine = (text: string): Examined => {
  const [local = "", domain, ...rest] = text.replace(BLANKS_AROUND, "").split("@");
  if (domain === undefined || rest.length > 0) {
    return { problem: 'must have exactly one "@", such as "ada@example.org"' };
  }
  const problem = explainLocalPart(local);
  if (problem !== undefined) return { problem };
  const name = parseDomainName(domain);
  if (name === undefined) return { problem: `the domain after the "@" ${explainDomainName(domain)}` };
  const address = `${local}@${name}`;
  return address.length > MAX_ADDRESS_LENGTH
    ? { problem: `must be at most ${MAX_ADDRESS_LENGTH} characters long` }
    : { address: address as EmailAddress };
};

/** Why a text is not an e-mail address, as a sentence, or undefined when it is one. */
export const explainAddress = (text: string): string | undefined => {
  const examined = examine(text);
  return "problem" in examined ? examined.problem : undefined;
};

/** Like {@link explainAddress}, with the text itself, shortened: among many addresses the bad one is hard to find. */
export const explainListedAddress = (text: string): string | undefined => {
  const problem = explainAddress(text);
  return problem === undefined ? undefined : describe(text, problem);
};

/**
 * The text as an address, or undefined when it is not one (see {@link explainAddress}). Blanks around it are dropped
 * and the domain becomes lower-case ASCII; the local part stays as written, because its host alone may interpret it
 * (RFC 5321 section 2.3.11).
 */
export const parseAddress = (text: string): EmailAddress | undefined => {
  const examined = examine(text);
  return "address" in examined ? examined.address : undefined;
};

/**
 * What two spellings of one mailbox have in common. Hosts could tell `Ada@` from `ada@`, but practically none does,
 * and a person named twice should get one mail.
 */
export const addressKey = (address: EmailAddress): string => address.toLowerCase();

/** The addresses of a comma-separated text; `issues` has a path such as `[1]` for every part that is not one. */
export interface AddressList {
  readonly addresses: readonly EmailAddress[];
  readonly issues: readonly InputIssue[];
}

/** Reads `a@x.org, b@y.org`. Line breaks around parts and one trailing comma are fine; an empty text has no parts. */
export const parseAddressList = (text: string): AddressList => {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const examined = parts.map(examine);
  return {
    addresses: examined.flatMap((part) => ("address" in part ? [part.address] : [])),
    issues: examined.flatMap((part, index) =>
      "problem" in part ? [{ path: `[${index}]`, message: describe(parts[index] ?? "", part.problem) }] : [],
    ),
  };
};

const describe = (part: string, problem: string): string =>
  part === ""
    ? "is empty: remove the extra comma"
    : `${JSON.stringify(part.slice(0, MAX_SHOWN))} is not an e-mail address: ${problem}`;
