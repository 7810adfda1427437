import * as z from "zod/mini";
import {
  addressKey,
  type EmailAddress,
  explainAddress,
  explainListedAddress,
  parseAddress,
  parseAddressList,
} from "../../domain/address.ts";

/** Form of the ids administrators choose for groups and rules. */
export const ID_FORM = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Says what {@link ID_FORM} asks for. */
export const ID_RULE = 'must be 1 to 63 of a-z, 0-9 and "-", not beginning with "-"';

/** Most entries in other lists. */
export const MAX_ENTRIES = 50;

/** Most addresses one list may hold. */
export const MAX_ADDRESSES = 500;

/** No control characters, line or paragraph separators, or halves of surrogate pairs: none may reach a mail header. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u;

/** One line of text for people, trimmed. It may become part of a mail header. */
export const line = (maxLength: number) =>
  z
    .string()
    .check(
      z.regex(ONE_LINE, "must be one line without control characters"),
      z.trim(),
      z.minLength(1),
      z.maxLength(maxLength),
    );

/** A name people give something. */
export const name = line(100);

const addressWith = (explain: (text: string) => string | undefined) =>
  z.pipe(
    z.string().check(z.meta({ format: "email" })),
    z.transform((input, context): EmailAddress => {
      const parsed = parseAddress(input);
      if (parsed !== undefined) return parsed;
      context.issues.push({ code: "custom", message: explain(input) ?? "must be an e-mail address", input });
      return z.NEVER;
    }),
  );

/** An e-mail address, normalised. */
export const address = addressWith(explainAddress);

/** An e-mail address among others, normalised: what is wrong with one is said together with it. */
export const listedAddress = addressWith(explainListedAddress);

const commaSeparated = z.pipe(
  z.string(),
  z.transform((input, context): EmailAddress[] => {
    const { addresses, issues } = parseAddressList(input);
    for (const issue of issues) {
      // The list's own paths are `[n]`.
      const path = [Number(issue.path.slice(1, -1))];
      context.issues.push({ code: "custom", message: issue.message, input, path });
    }
    if (addresses.length > MAX_ADDRESSES) {
      context.issues.push({ code: "custom", message: `must have at most ${MAX_ADDRESSES} addresses`, input });
    }
    return [...addresses];
  }),
);

const withoutRepeats = (addresses: EmailAddress[]): EmailAddress[] => {
  const keys = addresses.map(addressKey);
  return addresses.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
};

/** Addresses as a list; one named twice is kept once, as first written. */
export const addressList = z.pipe(
  z.array(listedAddress).check(z.maxLength(MAX_ADDRESSES)),
  z.transform(withoutRepeats),
);

/** Addresses as a list or as one comma-separated text. */
export const addressListOrText = z.pipe(
  z.union([z.array(listedAddress).check(z.maxLength(MAX_ADDRESSES)), commaSeparated]),
  z.transform(withoutRepeats),
);
