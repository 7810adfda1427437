import { compile, type FormatCallback } from "html-to-text";
import { manyLines } from "../printable.ts";

/** Characters of a text part that is made from HTML, and characters of HTML that are read for it. */
const MAX_TEXT_CHARS = 64 * 1024;
const MAX_HTML_CHARS = 128 * 1024;

/** The words for a picture say enough; its address says nothing. */
const alternative: FormatCallback = (element, _walk, builder) => builder.addInline(element.attribs?.alt ?? "");

const bullet: FormatCallback = (element, walk, builder) => {
  builder.openBlock();
  builder.addInline("* ");
  walk(element.children, builder);
  builder.closeBlock();
};

/** A block without the marks and indents of the library's: those of many blocks within each other multiply. */
const plain = (...selectors: readonly string[]) =>
  selectors.map((selector) => ({
    selector,
    format: "block",
    options: { leadingLineBreaks: 2, trailingLineBreaks: 2 },
  }));

const convert = compile({
  // RFC 3676 section 4.2 advises 66 to 78.
  wordwrap: 76,
  limits: { maxDepth: 100, maxChildNodes: 5_000, ellipsis: "…" },
  formatters: { alternative, bullet },
  selectors: [
    { selector: "a", options: { hideLinkHrefIfSameAsText: true, linkBrackets: ["<", ">"] } },
    { selector: "img", format: "alternative" },
    ...plain("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol"),
    { selector: "li", format: "bullet" },
    // Most tables of mails are layout: their rows are lines, and their cells are words of a line.
    { selector: "tr", format: "block" },
    ...["td", "th"].map((selector) => ({ selector, format: "inlineSurround", options: { suffix: " " } })),
  ],
});

/** The words of HTML that was made safe, as a plain text part; empty when it has none. */
export const wordsOf = (html: string): string => manyLines(convert(html.slice(0, MAX_HTML_CHARS)), MAX_TEXT_CHARS);
