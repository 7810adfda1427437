import type { IOptions } from "sanitize-html";

/** Elements that mail programs understand and that can neither run nor load anything but pictures. */
const ELEMENTS = [
  ...["html", "head", "meta", "style", "body"],
  ...["a", "abbr", "article", "b", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd", "del"],
  ...["details", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6"],
  ...["header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp"],
  ...["section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th"],
  ...["thead", "time", "tr", "tt", "u", "ul", "var", "wbr"],
];

/** Attributes of every element: how it looks and what it is called. None of them is an address or a script. */
const ATTRIBUTES = [
  ...["align", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "dir", "face", "height", "hidden"],
  ...["id", "lang", "role", "scope", "size", "style", "title", "valign", "width", "aria-hidden", "aria-label"],
];

/** Elements whose content goes with them: it is not meant to be read. */
const SILENT = [
  "script",
  "style",
  "textarea",
  "option",
  "noscript",
  "title",
  "template",
  "iframe",
  "object",
  "svg",
  "math",
];

/**
 * CSS that loads something, runs something in old mail programs, covers what lies below, or could hide any of that
 * behind escapes and comments.
 */
const UNSAFE_CSS =
  /[\\<]|\/\*|@import|url\s*\(|image\s*\(|image-set|expression|javascript|behaviou?r|binding|position\s*:/i;

/** Whether a style sheet or attribute may stay. It stays or goes as a whole. */
export const isSafeCss = (css: string): boolean => !UNSAFE_CSS.test(css);

const LINK_SCHEMES = new Set(["http:", "https:", "mailto:", "cid:"]);

/** Whether an address may stay: it is complete, since mails have no page that it could be relative to, or a place in the mail. */
export const isSafeLink = (link: string): boolean =>
  /^#[\w-]*$/.test(link) || LINK_SCHEMES.has(URL.parse(link)?.protocol ?? "");

/** Elements within each other that are kept; mail programs and our own text part go astray long before. */
const MAX_DEPTH = 100;

/** What a mail may hold, for sanitize-html. What is not named here is dropped. */
export const ALLOWED_HTML: IOptions = {
  allowedTags: ELEMENTS,
  // Style sheets are looked at with `isSafeCss`.
  allowVulnerableTags: true,
  allowedAttributes: {
    "*": ATTRIBUTES,
    a: ["href", "name", "target", "rel"],
    img: ["src", "alt"],
    col: ["span"],
    td: ["colspan", "rowspan", "nowrap"],
    th: ["colspan", "rowspan", "nowrap"],
    ol: ["start", "type"],
    li: ["value"],
    time: ["datetime"],
    details: ["open"],
    // Without `http-equiv` it can neither redirect nor set a policy.
    meta: ["charset", "name", "content"],
    style: ["media"],
  },
  allowedSchemes: [],
  allowedSchemesByTag: { a: ["http", "https", "mailto"], img: ["http", "https", "cid"] },
  allowedSchemesAppliedToAttributes: ["href", "src"],
  allowProtocolRelative: false,
  nonTextTags: SILENT,
  nestingLimit: MAX_DEPTH,
  parseStyleAttributes: false,
};
