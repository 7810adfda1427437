import type { CleanHtml } from "../../domain/template.ts";
import { wordsOf } from "./html-to-words.ts";
import { sanitiseHtml } from "./sanitise-html.ts";

/** Foreign HTML made safe to send, with the same words as text. */
export const cleanHtml = (html: string, subject: string): CleanHtml => {
  const safe = sanitiseHtml(html, subject);
  return safe.ok ? { ...safe, text: wordsOf(safe.html) } : safe;
};
