import sanitize from "sanitize-html";
import { escapeHtml } from "../html.ts";
import { withoutInvisible } from "../printable.ts";
import { ALLOWED_HTML, isSafeCss, isSafeLink } from "./allowed-html.ts";

/** Characters of HTML a mail may have. Gmail shows the first 102 kB. */
const MAX_HTML_CHARS = 256 * 1024;

/** Angle brackets a mail may have, two for most elements: the parser's work grows with the square of elements that are left open. */
const MAX_TAGS = 10_000;

const TOO_LONG = `makes more than ${MAX_HTML_CHARS / 1024} KiB of HTML`;

const STYLE_SHEET = /<style[^>]*>(.*?)<\/style>/gs;

/** Why a text is too much to be made safe, as the end of a sentence; undefined when it is not. */
const explainSize = (html: string): string | undefined => {
  if (html.length > MAX_HTML_CHARS) return TOO_LONG;
  let elements = 0;
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at + 1)) elements += 1;
  return elements > MAX_TAGS ? `makes more than ${MAX_TAGS} opening and closing tags` : undefined;
};

/** HTML that is safe, or why there is none. */
export type SanitisedHtml =
  | { readonly ok: true; readonly html: string }
  | { readonly ok: false; readonly message: string };

/**
 * Foreign HTML as a complete document that a mail may have: nothing in it runs, loads (but for pictures by http, https
 * or cid), submits or redirects, links go to web pages and mailboxes, and it holds no control or reordering characters.
 * @param subject title of the document, when the HTML is only a part of one.
 */
export const sanitiseHtml = (foreign: string, subject: string): SanitisedHtml => {
  const message = explainSize(foreign);
  if (message !== undefined) return { ok: false, message };
  const html = makeSafe(foreign, subject);
  // Characters that were not escaped before take more room now.
  return html.length > MAX_HTML_CHARS ? { ok: false, message: TOO_LONG } : { ok: true, html };
};

const makeSafe = (html: string, subject: string): string => {
  const safe = sanitize(withoutInvisible(html), {
    ...ALLOWED_HTML,
    transformTags: { "*": withSafeAttributes },
    textFilter: withoutInvisible,
  });
  const body = safe.replace(STYLE_SHEET, keepSafeSheet);
  return `<!DOCTYPE html>\n${/^\s*<html[\s>]/.test(body) ? body : inDocument(body, subject)}`;
};

/**
 * Judges attributes as they go out: an entity may have stood for a character that nobody sees, and without it a text
 * can mean something else.
 */
const withSafeAttributes: sanitize.Transformer = (tagName, given) => {
  const attributes = Object.entries(given).map(([name, value]) => [name, withoutInvisible(value)] as const);
  return { tagName, attribs: Object.fromEntries(attributes.filter(([name, value]) => isSafeAttribute(name, value))) };
};

const isSafeAttribute = (name: string, value: string): boolean => {
  if (name === "style") return isSafeCss(value);
  return name === "href" || name === "src" ? isSafeLink(value) : true;
};

const keepSafeSheet = (sheet: string, css: string): string => (isSafeCss(css) ? sheet : "");

const inDocument = (body: string, subject: string): string => `<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(subject)}</title>
</head>
<body>
${body}
</body>
</html>`;
