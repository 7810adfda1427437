/** What a page says to a person. All of it is plain text. */
export interface Page {
  readonly title: string;
  /** What it is about, below the title. */
  readonly facts?: readonly { readonly label: string; readonly value: string }[] | undefined;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** The one thing to do here: the words on a button that posts to the very address of the page. */
  readonly button?: string | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escapeText = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

/** The fonts and colours of the built-in mails, light and dark: people come from one of those. */
const STYLE = [
  ":root{color-scheme:light dark;--ink:#1b2027;--muted:#5a6472;--page:#f2f4f6;--card:#fff;--line:#e4e8ec}",
  "@media(prefers-color-scheme:dark){:root{--ink:#e9ecef;--muted:#a3acb8;--page:#101317;--card:#191d23;--line:#2c323b}}",
  "body{margin:0;padding:1rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}",
  "main{box-sizing:border-box;max-width:32rem;margin:min(12vh,6rem) auto;padding:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;overflow-wrap:anywhere}",
  "h1{margin:0;font-size:1.375rem;line-height:1.3}",
  "dl{margin:1rem 0 0}dt{color:var(--muted);font-size:.875rem}dd{margin:0 0 .5rem;font-weight:600}",
  "p{margin:1rem 0 0}form{margin:1.5rem 0 0}",
  "button{padding:.6875rem 1.375rem;border:0;border-radius:.5rem;background:var(--ink);color:var(--card);font:600 1rem/1.5 system-ui,sans-serif;cursor:pointer}",
  "button:focus-visible{outline:3px solid var(--muted);outline-offset:2px}",
].join("");

const factOf = ({ label, value }: NonNullable<Page["facts"]>[number]): string =>
  `<dt>${escapeText(label)}</dt><dd>${escapeText(value)}</dd>`;

/** A page as a complete HTML document that loads nothing and needs no script. */
export const pageOf = ({ title, facts = [], text, button }: Page): string =>
  [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeText(title)}</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${escapeText(title)}</h1>`,
    ...(facts.length === 0 ? [] : [`<dl>${facts.map(factOf).join("")}</dl>`]),
    ...text.map((paragraph) => `<p>${escapeText(paragraph)}</p>`),
    ...(button === undefined ? [] : [`<form method="post"><button>${escapeText(button)}</button></form>`]),
    "</main></body></html>",
  ].join("\n");
