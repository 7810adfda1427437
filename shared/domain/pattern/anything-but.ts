import { isScalar, type Operator, type Scalar } from "./operator.ts";
import { equalsIgnoreCase, prefix, suffix, wildcard } from "./texts.ts";

/** Operators that `anything-but` can turn around, each over one text or a list of texts. */
const REVERSIBLE: ReadonlyMap<string, Operator> = new Map([
  ["prefix", prefix],
  ["suffix", suffix],
  ["equals-ignore-case", equalsIgnoreCase],
  ["wildcard", wildcard],
]);

const FORM = "must be a string, a number, a list of either, or one of prefix, suffix, equals-ignore-case and wildcard";

/** `{"anything-but": "x"}`, `["x", "y"]`, `[1, 2]` or `{"prefix": "x"}`: a value that is there and is none of these. */
export const anythingBut: Operator = (operand) => {
  if (isScalar(operand)) return exceptValues([operand]);
  if (Array.isArray(operand)) return exceptValues(operand);
  const [[name = "", texts] = [], ...rest] = Object.entries(operand ?? {});
  const operator = REVERSIBLE.get(name);
  return operator !== undefined && rest.length === 0 ? exceptMatches(operator, texts) : { problem: FORM };
};

const exceptValues = (values: readonly unknown[]): ReturnType<Operator> => {
  const allOf = (type: string) => values.every((value) => typeof value === type);
  if (values.length === 0 || !values.every(isScalar) || !(allOf("string") || allOf("number"))) return { problem: FORM };
  const excluded = new Set<Scalar>(values);
  return { test: (value) => !excluded.has(value) };
};

const exceptMatches = (operator: Operator, texts: unknown): ReturnType<Operator> => {
  const list: readonly unknown[] = Array.isArray(texts) ? texts : [texts];
  const isText = (text: unknown) => typeof text === "string" && text !== "";
  if (list.length === 0 || !list.every(isText))
    return { problem: "must be a text that is not empty, or a list of them" };
  const read = list.map(operator);
  const problem = read.find((each) => "problem" in each);
  if (problem !== undefined) return problem;
  const tests = read.flatMap((each) => ("test" in each ? [each.test] : []));
  return { test: (value) => !tests.some((test) => test(value)) };
};
