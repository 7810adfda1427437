import type { RenderedMail } from "../domain/rendered-mail.ts";

/** Gmail cuts at 102 kB; this leaves room for what a sender may add. */
const MAX_HTML_BYTES = 95_000;

/** How many things of a list a mail shows: as many of these as fit. */
const LIST_LENGTHS = [50, 25, 12];

/**
 * The mail with the longest list that Gmail does not cut.
 * @param make the mail with at most so many things in its list.
 */
export const shorten = (make: (listed: number) => RenderedMail): RenderedMail => {
  const [longest = 0, ...shorter] = LIST_LENGTHS;
  return shorter.reduce((mail, listed) => (fits(mail) ? mail : make(listed)), make(longest));
};

const fits = ({ html }: RenderedMail): boolean => Buffer.byteLength(html) <= MAX_HTML_BYTES;

/** What a list leaves out, in words; undefined when that is nothing. */
export const restOf = (total: number, listed: number): string | undefined =>
  total > listed ? `and ${total - listed} more` : undefined;
