import type { InputIssue } from "../app-error.ts";
import { anythingBut } from "./anything-but.ts";
import { cidr } from "./cidr.ts";
import { numeric } from "./numeric.ts";
import { isScalar, type Operator, type Scalar, type Test } from "./operator.ts";
import { equalsIgnoreCase, prefix, suffix, wildcard } from "./texts.ts";

/** What one field of an event must be: one of the alternatives in a pattern's array. */
export interface Condition {
  readonly tests: readonly Test[];
  /** True with `{"exists": false}` among the alternatives: an event without the field is fine. */
  readonly acceptsAbsence: boolean;
}

/** The operators that judge a value. `exists` is not among them: it is about there being one. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["prefix", prefix],
  ["suffix", suffix],
  ["equals-ignore-case", equalsIgnoreCase],
  ["wildcard", wildcard],
  ["anything-but", anythingBut],
  ["numeric", numeric],
  ["cidr", cidr],
]);

/** Every word that is an operator in a pattern. */
export const OPERATOR_NAMES: readonly string[] = [...OPERATORS.keys(), "exists"];

/** Reads the array of alternatives at `path`; what is wrong with it goes to `issues`. */
export const parseCondition = (alternatives: readonly unknown[], path: string, issues: InputIssue[]): Condition => {
  if (alternatives.length === 0) issues.push({ path, message: "must name at least one value to match" });
  const exact = new Set<Scalar>(alternatives.filter(isScalar));
  const operators = alternatives.flatMap((alternative, index) =>
    isScalar(alternative) ? [] : [parseOperator(alternative, `${path}[${index}]`, issues)],
  );
  return {
    tests: [(value) => exact.has(value), ...operators.filter((operator) => operator !== "absence")],
    acceptsAbsence: operators.includes("absence"),
  };
};

const never: Test = () => false;

const parseOperator = (input: unknown, path: string, issues: InputIssue[]): Test | "absence" => {
  const refuse = (message: string, at = path): Test => {
    issues.push({ path: at, message });
    return never;
  };
  const entries = typeof input === "object" && input !== null && !Array.isArray(input) ? Object.entries(input) : [];
  const [name = "", operand] = entries[0] ?? [];
  if (entries.length !== 1) {
    return refuse('must be a string, number, boolean, null or an object with one operator, such as {"prefix": "x"}');
  }
  if (name === "exists") {
    if (typeof operand !== "boolean") return refuse("must be true or false", `${path}.exists`);
    return operand ? () => true : "absence";
  }
  const operator = OPERATORS.get(name);
  if (operator === undefined) return refuse(`has no known operator: use one of ${OPERATOR_NAMES.join(", ")}`);
  const read = operator(operand);
  return "problem" in read ? refuse(read.problem, `${path}.${name}`) : read.test;
};
