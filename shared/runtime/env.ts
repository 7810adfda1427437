/** One environment variable: its name, and how its text becomes a value. Absent and empty are the same. */
export interface Variable<T> {
  readonly name: string;
  /** @throws Error whose message says what the variable must be. */
  readonly parse: (text: string) => T;
}

/** The values of a record of variables. */
export type EnvValues<V extends Readonly<Record<string, Variable<unknown>>>> = {
  readonly [K in keyof V]: V[K] extends Variable<infer T> ? T : never;
};

/** A text that must be there. */
export const text = (name: string): Variable<string> => ({
  name,
  parse: (value) => {
    if (value === "") throw new Error("must be set");
    return value;
  },
});

/** A text that may be absent, which reads as undefined. */
export const optionalText = (name: string): Variable<string | undefined> => ({
  name,
  parse: (value) => (value === "" ? undefined : value),
});

/** A number above zero; fractions are fine. */
export const positiveNumber = (name: string): Variable<number> => ({
  name,
  parse: (value) => {
    const number = Number(value);
    if (value.trim() === "" || !Number.isFinite(number) || number <= 0) throw new Error("must be a number above 0");
    return number;
  },
});

/** A number above zero that may be absent, which reads as undefined. */
export const optionalNumber = (name: string): Variable<number | undefined> => ({
  name,
  parse: (value) => (value === "" ? undefined : positiveNumber(name).parse(value)),
});

/**
 * Reads the variables a function needs, once, at its cold start.
 * @throws Error that names every missing or malformed variable at once.
 */
export const readEnv = <V extends Readonly<Record<string, Variable<unknown>>>>(
  variables: V,
  source: Readonly<Record<string, string | undefined>> = process.env,
): EnvValues<V> => {
  const problems: string[] = [];
  const values = Object.entries(variables).map(([key, { name, parse }]) => {
    try {
      return [key, parse(source[name] ?? "")];
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : "is malformed"}`);
      return [key, undefined];
    }
  });
  if (problems.length > 0) throw new Error(`Cannot start: ${problems.join("; ")}.`);
  return Object.fromEntries(values) as EnvValues<V>;
};
