import * as z from "zod/mini";
import type { InputIssue } from "../domain/app-error.ts";
import { READ_ONLY_FIELDS } from "./read-only-fields.ts";

/** Characters of a foreign key that a path shows. */
const MAX_SHOWN_KEY = 80;

const NAMES_OF_TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** Says what would be right, in the words of somebody who fills in a form. Never repeats the input: it may be secret. */
const wordIssue = (issue: RawIssue): string => {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "is required and " : ""}must be ${NAMES_OF_TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return wordChoice(issue.values);
    case "too_small":
    case "too_big":
      return wordSize(issue);
    case "invalid_union":
      return wordUnion(issue);
    default:
      return "has the wrong form";
  }
};

const wordChoice = (values: readonly unknown[]): string =>
  `must be ${values.map((value) => JSON.stringify(value)).join(" or ")}`;

const wordSize = (issue: Extract<RawIssue, { code: "too_small" | "too_big" }>): string => {
  const [bound, limit] = issue.code === "too_small" ? ["at least", issue.minimum] : ["at most", issue.maximum];
  const plural = Number(limit) === 1 ? "" : "s";
  if (issue.origin === "string") return `must have ${bound} ${limit} character${plural}`;
  if (issue.origin === "array") return `must have ${bound} ${limit} item${plural}`;
  return `must be ${bound} ${limit}`;
};

const wordUnion = (issue: Extract<RawIssue, { code: "invalid_union" }>): string => {
  if (Array.isArray(issue.options)) return wordChoice(issue.options);
  const ways = issue.errors.flatMap((branch) => branch.slice(0, 1).map((inner) => inner.message));
  return [...new Set(ways)].join(", or ");
};

// The wording is a zod locale: it applies wherever a schema does not say it better itself.
z.config({ localeError: wordIssue });

/** What is wrong with an input, one issue per place, each with a path such as `recipients.emails[2]`. */
export const explainIssues = (issues: readonly z.core.$ZodIssue[]): InputIssue[] =>
  issues.flatMap((issue) => explainOne(issue, []));

const explainOne = (issue: z.core.$ZodIssue, outer: readonly PropertyKey[]): InputIssue[] => {
  const path = [...outer, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: formatPath([...path, key]), message: wordUnknownField(key) }));
  }
  // The alternative that was meant is the one whose outer form is right.
  const meant =
    issue.code === "invalid_union" ? issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0)) : [];
  if (meant !== undefined && meant.length > 0) return meant.flatMap((inner) => explainOne(inner, path));
  return [{ path: formatPath(path), message: issue.message }];
};

const wordUnknownField = (key: string): string => {
  if (READ_ONLY_FIELDS.has(key)) return "is read-only: leave it out";
  return "is not a known field: leave it out";
};

/** `["members", 0, "email"]` as `members[0].email`; keys that are no plain names are quoted and shortened. */
export const formatPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const key = String(part);
    if (!/^[A-Za-z_][A-Za-z0-9_-]{0,79}$/.test(key)) return `${text}[${JSON.stringify(key.slice(0, MAX_SHOWN_KEY))}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
