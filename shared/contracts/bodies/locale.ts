import * as z from "zod/mini";

const MAX_CHARS = 35;

const canonical = (tag: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
};

/** A language tag (BCP 47, RFC 5646), in its canonical spelling. */
export const locale = z.pipe(
  z.string().check(z.maxLength(MAX_CHARS)),
  z.transform((input, context): string => {
    const tag = canonical(input);
    if (tag !== undefined) return tag;
    context.issues.push({ code: "custom", message: 'must be a language tag such as "en" or "de-AT"', input });
    return z.NEVER;
  }),
);
