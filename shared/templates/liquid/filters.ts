import { type Context, toValue } from "liquidjs";
import { charge, chargeSearch } from "./budget.ts";
import { listOf, numberOf, textOf } from "./values.ts";

/** Changes a value. What it reads and answers is charged for by the engine; anything more it charges itself. */
export type TemplateFilter = (value: unknown, args: readonly unknown[], context: Context) => unknown;

const onText =
  (change: (text: string) => string): TemplateFilter =>
  (value) =>
    change(textOf(value));

const onNumbers =
  (calculate: (left: number, right: number) => number): TemplateFilter =>
  (value, [right]) =>
    calculate(numberOf(value), numberOf(right));

/** Replaces all of a text within another; looking for nothing finds nothing. */
const replaceAll = (context: Context, text: string, sought: string, replacement: string): string => {
  if (sought === "") return text;
  chargeSearch(context, text, sought);
  const parts = text.split(sought);
  charge(context, parts.length * (1 + replacement.length));
  return parts.join(replacement);
};

const split: TemplateFilter = (value, [given], context) => {
  const [text, separator] = [textOf(value), textOf(given)];
  chargeSearch(context, text, separator);
  return text === "" ? [] : text.split(separator);
};

const join: TemplateFilter = (value, [given], context) => {
  const separator = given === undefined ? " " : textOf(given);
  const parts = listOf(value).map(textOf);
  charge(context, parts.length * (1 + separator.length));
  return parts.join(separator);
};

const DEFAULT_TRUNCATION_CHARS = 50;

const truncate: TemplateFilter = (value, [given]) => {
  const text = textOf(value);
  const most = given === undefined ? DEFAULT_TRUNCATION_CHARS : Math.max(1, Math.floor(numberOf(given)));
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
};

const round: TemplateFilter = (value, [given]) =>
  Number(numberOf(value).toFixed(Math.min(10, Math.max(0, Math.floor(numberOf(given))))));

/** Liquid's: nothing, false and what is empty give way. */
const orElse: TemplateFilter = (given, [otherwise]) => {
  const value: unknown = toValue(given);
  const gives = value === null || value === undefined || value === false || value === "";
  return gives || (Array.isArray(value) && value.length === 0) ? otherwise : value;
};

/** Lone halves of surrogate pairs, which `encodeURIComponent` refuses, become the replacement character. */
const urlEncode = (text: string): string => encodeURIComponent(text.toWellFormed());

const sizeIn: TemplateFilter = (given) => {
  const value: unknown = toValue(given);
  return typeof value === "string" || Array.isArray(value) ? value.length : 0;
};

/**
 * The filters of templates that know nothing of places and times. Few on purpose: each is one more thing that hostile
 * data meets. Not the library's own, which read and make more than its limits count.
 */
export const FILTERS: Readonly<Record<string, TemplateFilter>> = {
  append: (value, [more]) => textOf(value) + textOf(more),
  prepend: (value, [more]) => textOf(more) + textOf(value),
  capitalize: onText((text) => text.charAt(0).toUpperCase() + text.slice(1)),
  downcase: onText((text) => text.toLowerCase()),
  upcase: onText((text) => text.toUpperCase()),
  strip: onText((text) => text.trim()),
  replace: (value, [sought, other], context) => replaceAll(context, textOf(value), textOf(sought), textOf(other)),
  remove: (value, [sought], context) => replaceAll(context, textOf(value), textOf(sought), ""),
  truncate,
  url_encode: onText(urlEncode),
  // Everything is escaped once, at the end. Those used to writing it do no harm.
  escape: (value) => value,
  json: (value) => JSON.stringify(toValue(value)) ?? "",
  default: orElse,
  split,
  join,
  first: (value) => listOf(value)[0],
  last: (value) => listOf(value).at(-1),
  size: sizeIn,
  plus: onNumbers((left, right) => left + right),
  minus: onNumbers((left, right) => left - right),
  times: onNumbers((left, right) => left * right),
  divided_by: onNumbers((left, right) => (right === 0 ? 0 : left / right)),
  modulo: onNumbers((left, right) => (right === 0 ? 0 : left % right)),
  round,
};
