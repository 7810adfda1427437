import * as z from "zod/mini";
import type { Brand } from "../../domain/brand.ts";
import { isTimeZone } from "../../domain/quiet-hours.ts";
import { line, name } from "./fields.ts";
import { locale } from "./locale.ts";

/** A brand without its place. */
export type BrandDraft = Omit<Brand, "scope">;

const MAX_URL_CHARS = 2_048;
const MAX_FOOTER_CHARS = 300;

const isPicture = (text: string): boolean => {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.username === "" && url.password === "";
};

/** How mails look. What is left out is as without a brand. */
export const brandBody: z.ZodMiniType<BrandDraft> = z.strictObject({
  name: z.optional(name),
  logoUrl: z.optional(
    z
      .string()
      .check(
        z.maxLength(MAX_URL_CHARS),
        z.refine(isPicture, { error: 'must be the address of a picture that begins with "https://"' }),
        z.meta({ format: "uri" }),
      ),
  ),
  color: z.optional(z.string().check(z.regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as "#0b5fff"'))),
  footer: z.optional(line(MAX_FOOTER_CHARS)),
  locale: z.optional(locale),
  timezone: z.optional(
    z.string().check(z.refine(isTimeZone, { error: 'must be an IANA time zone such as "Europe/Berlin"' })),
  ),
});
