import { type Liquid, LiquidError, type Template, Tokenizer, TokenKind, type TopLevelToken } from "liquidjs";
import type { TemplateProblem } from "../../domain/template.ts";
import { oneLine } from "../printable.ts";

/** Blocks within each other: the parser and the renderer call themselves for each. */
const MAX_DEPTH = 50;

/** Tags and outputs in one part of a template. */
const MAX_TAGS = 2_000;

/** Characters of one tag or output. */
const MAX_TAG_CHARS = 1_000;

const MAX_MESSAGE_CHARS = 200;

/** Tags that something can stand in, up to `end...`. */
const BLOCKS = new Set(["capture", "case", "for", "if", "raw", "unless"]);

/** A range of small whole numbers, the only use of parentheses in Liquid. */
const SMALL_RANGE = /\(\s*\d{1,4}\s*\.\.\s*\d{1,4}\s*\)/g;

/** A part of a template, ready to be rendered; or why it cannot be. */
export type ParsedTemplate =
  | { readonly ok: true; readonly templates: Template[] }
  | { readonly ok: false; readonly problem: TemplateProblem };

/** Parses one part of a template. What could keep the parser busy or overflow its stack is refused before it is run. */
export const parseTemplate = (liquid: Liquid, field: TemplateProblem["field"], source: string): ParsedTemplate => {
  try {
    const tokens = new Tokenizer(source, liquid.options.operators).readTopLevelTokens(liquid.options);
    const refused = refuseTokens(tokens);
    if (refused !== undefined) {
      return { ok: false, problem: { field, ...placeOf(refused.token), message: refused.message } };
    }
    return { ok: true, templates: liquid.parser.parseTokens(tokens) };
  } catch (error) {
    return { ok: false, problem: problemOf(field, error) };
  }
};

interface Refused {
  readonly token: TopLevelToken;
  readonly message: string;
}

const refuseTokens = (tokens: readonly TopLevelToken[]): Refused | undefined => {
  let depth = 0;
  for (const [index, token] of uncommented(tokens).entries()) {
    const name = nameOf(token);
    if (BLOCKS.has(name)) depth += 1;
    else if (name.startsWith("end")) depth -= 1;
    const message = explainToken(token.getText(), depth, index + 1);
    if (message !== undefined) return { token, message };
  }
  return undefined;
};

const nameOf = (token: TopLevelToken): string => ("name" in token ? String(token.name) : "");

/** The tags and outputs that do something, as the library sees it: a comment ends with the first `endcomment`. */
const uncommented = (tokens: readonly TopLevelToken[]): TopLevelToken[] => {
  let inComment = false;
  return tokens.filter((token) => {
    const name = nameOf(token);
    if (inComment) inComment = name !== "endcomment";
    else if (name === "comment") inComment = true;
    else return token.kind !== TokenKind.HTML;
    return false;
  });
};

const explainToken = (text: string, depth: number, tags: number): string | undefined => {
  if (depth > MAX_DEPTH) return `has more than ${MAX_DEPTH} blocks within each other`;
  if (tags > MAX_TAGS) return `has more than ${MAX_TAGS} tags and outputs`;
  if (text.length > MAX_TAG_CHARS) return `has a tag of more than ${MAX_TAG_CHARS} characters`;
  // Not even within quotes, which would need the library's own reading of them: a range of numbers too large to be
  // counted exactly would keep the library busy for ever, and its limits do not see it.
  if (text.replace(SMALL_RANGE, "").includes("(")) {
    return "may have parentheses in a tag only around a range of numbers of up to four digits, such as (1..5)";
  }
  return undefined;
};

const placeOf = (token: { getPosition(): number[] }): Pick<TemplateProblem, "line" | "column"> => {
  const [line, column] = token.getPosition();
  return { line, column };
};

/** What an error of the library says, with its place. Its messages quote the template, never the data. */
export const problemOf = (field: TemplateProblem["field"], error: unknown): TemplateProblem => {
  if (!(error instanceof LiquidError)) return { field, message: "cannot be read as Liquid" };
  const said = error.message.replace(/, line:\d+, col:\d+$/, "");
  const known = /^undefined filter: raw$/.test(said) ? `${said}; what a template puts out is always escaped` : said;
  return { field, ...placeOf(error.token), message: oneLine(known, MAX_MESSAGE_CHARS) };
};
