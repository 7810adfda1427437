const ESC = String.fromCharCode(0x1b);
const BEL = String.fromCharCode(0x07);

/**
 * Terminal sequences (ECMA-48): colours and cursor moves, titles and hyperlinks, and the short ones. Each alternative
 * ends at the next escape character, so that time grows with the length of the text and no faster, unlike that of
 * `util.stripVTControlCharacters`, which a text of unfinished sequences keeps busy for minutes.
 */
const TERMINAL_SEQUENCE = new RegExp(
  [`\\[[0-?]*[ -/]*[@-~]`, `\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)`, `[ -/]*[0-~]`]
    .map((sequence) => ESC + sequence)
    .join("|"),
  "g",
);

/**
 * Characters that make a text look like another one: bidirectional overrides, isolates and marks (Unicode TR 36
 * section 2.5), characters of no width, and halves of surrogate pairs. Joiners stay: scripts and emoji need them.
 */
const DECEPTIVE = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u00AD\u200B\u2060\uFEFF\p{Cs}]/gu;

const withoutDeceit = (text: string): string => text.replace(TERMINAL_SEQUENCE, "").replace(DECEPTIVE, "");

/**
 * Markup without the characters that nobody sees, but for line breaks and tabs. Each is taken away by itself and
 * nothing with it, so that tags and quotes stay what they are.
 */
export const withoutInvisible = (markup: string): string =>
  markup.replace(DECEPTIVE, "").replace(/[^\P{Cc}\n\t]/gu, "");

/** A foreign text, which is no markup, without what nobody sees: also without terminal sequences. */
export const visibleText = (text: string): string => withoutInvisible(withoutDeceit(text));

/** The text cut to so many characters (code points), the last of them an ellipsis if anything is missing. */
const cut = (text: string, maxChars: number): string => {
  if (text.length <= maxChars) return text;
  const chars = [...text];
  if (chars.length <= maxChars) return text;
  const kept = chars.slice(0, maxChars - 1).join("");
  return `${kept.trimEnd()}…`;
};

/**
 * A foreign text as one line that is safe in a header and shows what it holds: no terminal colours, no control or
 * bidirectional characters, no runs of white space. Empty when nothing visible is left.
 */
export const oneLine = (text: string, maxChars: number): string =>
  cut(
    withoutDeceit(text)
      .replace(/[\p{Cc}\s]+/gu, " ")
      .trim(),
    maxChars,
  );

/** A foreign text like {@link oneLine}, with its lines and indentation kept and runs of empty lines made one. */
export const manyLines = (text: string, maxChars: number): string =>
  cut(
    withoutDeceit(text)
      .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
      .replaceAll("\t", "    ")
      .replace(/[^\P{Cc}\n]/gu, "")
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .replace(/^\n+/, "")
      .trimEnd(),
    maxChars,
  );
