import * as z from "zod/mini";
import type { TemplateContent } from "../../domain/template.ts";
import { locale } from "./locale.ts";

const MAX_SUBJECT_CHARS = 1_000;
const MAX_HTML_CHARS = 128 * 1024;
const MAX_TEXT_CHARS = 64 * 1024;

const source = (maxChars: number) => z.string().check(z.regex(/\S/, "must not be empty"), z.maxLength(maxChars));

/** A template in Liquid. That it can be parsed and rendered is checked afterwards, by the engine. */
export const templateBody: z.ZodMiniType<TemplateContent> = z.strictObject({
  subject: source(MAX_SUBJECT_CHARS),
  html: source(MAX_HTML_CHARS),
  text: z.optional(source(MAX_TEXT_CHARS)),
  locale: z.optional(locale),
});
