import * as z from "zod/mini";
import { parsePattern } from "../../domain/pattern.ts";

/** Largest and smallest number a pattern may compare with, either way from zero: EventBridge has six decimals. */
const NUMBERS = { most: 5e9, least: 1e-6 };

/** The steps of a path such as `pipeline.id[0].prefix`. */
const STEP = /[^.[\]]+/g;

const stepsOf = (path: string): (string | number)[] =>
  (path.match(STEP) ?? []).map((step) => (/^\d{1,4}$/.test(step) ? Number(step) : step));

interface Issue {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What a pattern may hold by its language, but no document of the config table (DynamoDB, "Supported data types"). */
const explainUnstorable = (value: unknown, path: (string | number)[] = []): Issue[] => {
  if (typeof value === "number" && value !== 0 && !isStorable(Math.abs(value))) {
    return [{ path, message: "must be a number from -5e9 to 5e9 with at most six decimals" }];
  }
  if (Array.isArray(value)) return value.flatMap((element, index) => explainUnstorable(element, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === ""
      ? [{ path, message: "must not have a field without a name" }]
      : explainUnstorable(member, [...path, name]),
  );
};

const isStorable = (magnitude: number): boolean => magnitude <= NUMBERS.most && magnitude >= NUMBERS.least;

/** An event pattern in EventBridge's language, as JSON. Issues lead to the place in it: `pipeline.id[0].prefix`. */
export const eventPattern = z.record(z.string(), z.unknown()).check(
  z.superRefine((input, context) => {
    const parsed = parsePattern(input);
    const issues: readonly Issue[] =
      "issues" in parsed
        ? parsed.issues.map(({ path, message }) => ({ path: stepsOf(path), message }))
        : explainUnstorable(input);
    for (const issue of issues) context.addIssue({ code: "custom", ...issue });
  }),
  z.meta({ description: "An EventBridge event pattern." }),
);
