import { isIP } from "node:net";
import { explainDomainName, parseDomainName } from "./domain-name.ts";

/**
 * Where a mail server may be said to be. Only a `name` (`smtp.example.org`) can be reached by everybody; a `local`
 * name (`localhost`, `relay`) and an `address` (`10.0.0.25`, `fd00::25`) only when the operator has allowed them.
 */
export interface MailHost {
  readonly kind: "name" | "local" | "address";
  /** Lower-case and in ASCII. */
  readonly host: string;
}

/** A letter first: `0x7f000001` and `2130706433` are addresses to a resolver. */
const LOCAL_NAME = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** The text as a mail server's host, or undefined when it never can be one (see {@link explainHost}). */
export const parseMailHost = (text: string): MailHost | undefined => {
  if (isIP(text) !== 0 && !text.includes("%")) return { kind: "address", host: text.toLowerCase() };
  if (LOCAL_NAME.test(text)) return { kind: "local", host: text.toLowerCase() };
  const name = parseDomainName(text);
  return name === undefined ? undefined : { kind: "name", host: name };
};

/** Why a text can never be a mail server's host, as a sentence, or undefined when it can. */
export const explainHost = (text: string): string | undefined =>
  parseMailHost(text) === undefined ? explainDomainName(text) : undefined;
