/** A JSON value with nothing inside it: all that an operator ever judges. */
export type Scalar = string | number | boolean | null;

/** Whether a value in an event is what the pattern asks for. */
export type Test = (value: Scalar) => boolean;

/** Reads what stands behind an operator's name and makes the test of it, or says what would be right. */
export type Operator = (operand: unknown) => { readonly test: Test } | { readonly problem: string };

/** Whether a value is a {@link Scalar}. JSON has no NaN and no infinities. */
export const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
