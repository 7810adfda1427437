import type { EmailAddress } from "./address.ts";
import { explainDomainName, parseDomainName } from "./domain-name.ts";

/** What stands before a domain when all its sub-domains are meant, and not the domain itself. */
const ANY_BELOW = "*.";

const split = (text: string): readonly [prefix: string, domain: string] =>
  text.startsWith(ANY_BELOW) ? [ANY_BELOW, text.slice(ANY_BELOW.length)] : ["", text];

/** Why a text names no domains that may be mailed, as a sentence, or undefined when it does. */
export const explainRecipientDomain = (text: string): string | undefined => {
  const problem = explainDomainName(split(text)[1]);
  return problem === undefined ? undefined : `${problem}; "*." in front of it stands for all its sub-domains`;
};

/** `acme.example` (just that) or `*.acme.example` (everything below it), lower-case and in ASCII; or undefined. */
export const parseRecipientDomain = (text: string): string | undefined => {
  const [prefix, domain] = split(text);
  const name = parseDomainName(domain);
  return name === undefined ? undefined : `${prefix}${name}`;
};

/** Whether an address lies in one of the domains. No domains at all: every address does. */
export const isInDomains = (address: EmailAddress, domains: readonly string[]): boolean => {
  const host = address.slice(address.lastIndexOf("@") + 1);
  return (
    domains.length === 0 ||
    domains.some((domain) => (domain.startsWith(ANY_BELOW) ? host.endsWith(domain.slice(1)) : host === domain))
  );
};
