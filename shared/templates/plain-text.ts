import type { Content, Entry } from "./content.ts";
import type { Fact } from "./facts.ts";

/** Width that every mail client shows without breaking lines again (RFC 3676 section 4.2 advises 66 to 78). */
const MAX_LINE_CHARS = 76;

/** The text in lines of at most that width, later ones indented. A longer word gets a line of its own, unbroken. */
const wrap = (text: string, indent = ""): string => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > MAX_LINE_CHARS) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join("\n");
};

const factLines = ({ label, value, link }: Fact): string => {
  const line = wrap(`${label}: ${value}`, "  ");
  return link === undefined ? line : `${line}\n  ${link}`;
};

const entryLines = ({ title, note, link }: Entry): string =>
  [wrap(`* ${title}`, "  "), `  ${wrap(note, "  ")}`, ...(link === undefined ? [] : [`  ${link}`])].join("\n");

const unsubscribeLines = ({ unsubscribeUrl }: Content): string[] =>
  unsubscribeUrl === undefined ? [] : ["Unsubscribe:", unsubscribeUrl];

const indented = (message: string): string => message.replace(/^(?=.)/gm, "  ");

/** The content as a plain text part: the same words in the same order, each web address on a line of its own. */
export const plainTextOf = (content: Content): string => {
  const { status, headline, message, code, action, facts, details, entries = [], closing, footer } = content;
  const blocks = [
    `[${status}]\n${wrap(headline)}`,
    indented(message),
    code === undefined ? "" : `  ${code}`,
    action === undefined ? "" : `${action.label}:\n${action.link}`,
    facts.map(factLines).join("\n"),
    details.map(factLines).join("\n"),
    entries.map(entryLines).join("\n\n"),
    wrap(closing ?? ""),
    ["-- ", ...footer.map((line) => wrap(line)), ...unsubscribeLines(content)].join("\n"),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
};
