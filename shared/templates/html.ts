/** Keeps markup apart from text: event data is JSON, which cannot hold a symbol, so it can never pass for markup. */
const MARKUP: unique symbol = Symbol("markup");

/** Finished markup, only ever made by {@link html}. */
export interface Html {
  readonly [MARKUP]: string;
}

/** What may stand in an {@link html} template. Text is escaped, markup is not, undefined is nothing. */
export type HtmlPart = string | number | Html | readonly Html[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** The text with every character replaced that means something in an element or in a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "");

const write = (part: HtmlPart): string => {
  if (part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return MARKUP in part ? part[MARKUP] : part.map(toMarkup).join("");
};

/** Template tag for markup; whatever is put in is escaped unless it is markup itself. Attributes need quotes. */
export const html = (strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html => ({
  [MARKUP]: String.raw({ raw: strings }, ...parts.map(write)),
});

/** The markup as a string, to send it. */
export const toMarkup = (markup: Html): string => markup[MARKUP];
