import type { Operator } from "./operator.ts";

/** Largest number that EventBridge takes in a numeric condition, either way from zero. */
const MAX_BOUND = 5e9;

/** The comparison signs in order, joined by a blank: one, or a lower and an upper end. */
const SIGNS = /^(?:[<=>]|[<>]=|>=? <=?)$/;

const COMPARISONS: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ["<", (value, bound) => value < bound],
  ["<=", (value, bound) => value <= bound],
  ["=", (value, bound) => value === bound],
  [">=", (value, bound) => value >= bound],
  [">", (value, bound) => value > bound],
]);

const isBound = (value: unknown): value is number => typeof value === "number" && Math.abs(value) <= MAX_BOUND;

/** `{"numeric": [">", 0, "<=", 5]}`: a JSON number within the range. Texts that look like numbers are not numbers. */
export const numeric: Operator = (operand) => {
  const terms: readonly unknown[] = Array.isArray(operand) ? operand : [];
  const signs = terms.filter((_, index) => index % 2 === 0);
  const bounds = terms.filter((_, index) => index % 2 === 1).filter(isBound);
  if (!signs.every((sign) => COMPARISONS.has(sign)) || !SIGNS.test(signs.join(" "))) {
    return { problem: 'must be one comparison or a range, such as ["=", 5], ["<", 10] or [">", 0, "<=", 5]' };
  }
  if (bounds.length < signs.length) return { problem: "must compare with numbers from -5e9 to 5e9" };
  const [lower = 0, upper = Number.POSITIVE_INFINITY] = bounds;
  if (lower >= upper) return { problem: "must have its lower end below its upper end" };
  const comparisons = signs.flatMap((sign) => COMPARISONS.get(sign) ?? []);
  return {
    test: (value) =>
      typeof value === "number" && comparisons.every((compare, index) => compare(value, bounds[index] ?? Number.NaN)),
  };
};
