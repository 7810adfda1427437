import { matchesPieces } from "../wildcard.ts";
import type { Operator, Test } from "./operator.ts";

const onText =
  (matches: (text: string) => boolean): Test =>
  (value) =>
    typeof value === "string" && matches(value);

const fold = (text: string): string => text.toLowerCase();

/** The text, folded, of `{"equals-ignore-case": "text"}`, which `prefix` and `suffix` take as well as a plain text. */
const readFolded = (operand: unknown): string | undefined => {
  if (typeof operand !== "object" || operand === null) return undefined;
  const [[name, text] = [], ...rest] = Object.entries(operand);
  return name === "equals-ignore-case" && typeof text === "string" && rest.length === 0 ? fold(text) : undefined;
};

const affix =
  (matches: (text: string, part: string) => boolean): Operator =>
  (operand) => {
    if (typeof operand === "string") return { test: onText((text) => matches(text, operand)) };
    const folded = readFolded(operand);
    if (folded === undefined) return { problem: 'must be a string or {"equals-ignore-case": "text"}' };
    return { test: onText((text) => matches(fold(text), folded)) };
  };

/** `{"prefix": "us-"}` */
export const prefix = affix((text, part) => text.startsWith(part));

/** `{"suffix": ".png"}` */
export const suffix = affix((text, part) => text.endsWith(part));

/** `{"equals-ignore-case": "alice"}` */
export const equalsIgnoreCase: Operator = (operand) => {
  if (typeof operand !== "string") return { problem: "must be a string" };
  const folded = fold(operand);
  return { test: onText((text) => fold(text) === folded) };
};

/** The parts of a wildcard: an escaped character, a star, or a run of anything else. A lone backslash is no part. */
const WILDCARD_TOKEN = /\\[*\\]|\*|[^*\\]+/g;

/** `{"wildcard": "dir/*.png"}`: `*` is any run of characters, `\*` and `\\` are those characters themselves. */
export const wildcard: Operator = (operand) => {
  if (typeof operand !== "string") return { problem: "must be a string" };
  const tokens = operand.match(WILDCARD_TOKEN) ?? [];
  if (tokens.join("") !== operand) return { problem: 'must have "*" or "\\" after every "\\"' };
  const pieces = [""];
  for (const [index, token] of tokens.entries()) {
    if (token === "*" && tokens[index - 1] === "*") return { problem: 'must not have two "*" in a row: one is enough' };
    if (token === "*") pieces.push("");
    else pieces.push(pieces.pop() + (token.startsWith("\\") ? token.slice(1) : token));
  }
  return { test: onText((text) => matchesPieces(pieces, text)) };
};
