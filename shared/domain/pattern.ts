import type { InputIssue } from "./app-error.ts";
import { type Condition, OPERATOR_NAMES, parseCondition } from "./pattern/condition.ts";
import { isScalar } from "./pattern/operator.ts";

/** Objects a pattern may nest. */
const MAX_DEPTH = 20;

/** Characters a pattern may have as JSON: the most that EventBridge grants an account (quota "Event pattern size"). */
const MAX_LENGTH = 4096;

/** What is asked of one place in an event: of the value itself and of the fields in it. All of it has to hold. */
interface Place {
  readonly conditions: readonly Condition[];
  readonly fields: readonly (readonly [name: string, place: Place])[];
  /** One list for each `$or`: something in each of them has to hold. */
  readonly choices: readonly (readonly Place[])[];
}

/** An event pattern that has been checked and compiled. */
export interface Pattern {
  readonly root: Place;
}

/**
 * Reads an event pattern in EventBridge's language (EventBridge user guide, "Comparison operators for use in event
 * patterns", read 2026-11-20). A dot in a field's name is part of the name. The paths of issues lead through the
 * pattern: `detail.state[0].prefix`.
 */
export const parsePattern = (input: unknown): { readonly pattern: Pattern } | { readonly issues: InputIssue[] } => {
  const issues: InputIssue[] = [];
  const root = compileObject(input, { path: "", depth: 1, issues });
  if (issues.length === 0 && JSON.stringify(input).length > MAX_LENGTH) {
    issues.push({ path: "", message: `must be at most ${MAX_LENGTH} characters of JSON` });
  }
  return issues.length > 0 ? { issues } : { pattern: { root } };
};

/**
 * Whether an event (a JSON value) fits. As in EventBridge, an array in the event fits when one element does, an object
 * inside an array has to fit by itself, and objects and empty arrays are no values. The cost grows with the size of
 * the pattern times that of the event and no faster.
 */
export const matchesPattern = (pattern: Pattern, event: unknown): boolean => judge(pattern.root, event) !== "no";

/**
 * Where an event that does not fit goes wrong first: the path of the field in the pattern, `data.team`, or of a `$or`
 * of whose choices none holds. An event that fits has no such place, and the answer is empty.
 */
export const findMisfit = (pattern: Pattern, event: unknown): string => misfitIn(pattern.root, event).join(".");

/** Arrays are not looked into: which of their elements was meant cannot be told. */
const misfitIn = (place: Place, value: unknown): string[] => {
  if (Array.isArray(value)) return [];
  const wrong = place.fields.find(([name, field]) => judge(field, propertyOf(value, name)) === "no");
  if (wrong !== undefined) return [wrong[0], ...misfitIn(wrong[1], propertyOf(value, wrong[0]))];
  return place.choices.some((choice) => choice.every((each) => judgeOne(each, value) === "no")) ? ["$or"] : [];
};

/** Where in a pattern the compiler is, and where it notes what is wrong. */
interface Spot {
  readonly path: string;
  readonly depth: number;
  readonly issues: InputIssue[];
}

const NOTHING_ASKED: Place = { conditions: [], fields: [], choices: [] };

const refuse = (spot: Spot, message: string): Place => {
  spot.issues.push({ path: spot.path, message });
  return NOTHING_ASKED;
};

const below = (spot: Spot, name: string): Spot => ({
  ...spot,
  path: spot.path === "" ? name : `${spot.path}.${name}`,
  depth: spot.depth + 1,
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const compileObject = (input: unknown, spot: Spot): Place => {
  if (!isObject(input)) return refuse(spot, "must be an object");
  if (spot.depth > MAX_DEPTH) return refuse(spot, `must not nest more than ${MAX_DEPTH} objects`);
  const { $or, ...rest } = input;
  const fields = Object.entries(rest);
  if (fields.length === 0 && $or === undefined) return refuse(spot, "must have at least one field");
  return {
    conditions: [],
    fields: fields.map(([name, value]) => [name, compileField(value, below(spot, name))]),
    choices: $or === undefined ? [] : [compileOr($or, below(spot, "$or"))],
  };
};

const compileField = (value: unknown, spot: Spot): Place => {
  if (Array.isArray(value)) {
    return { ...NOTHING_ASKED, conditions: [parseCondition(value, spot.path, spot.issues)] };
  }
  if (isObject(value)) return compileObject(value, spot);
  return refuse(spot, 'must be an array of values such as ["x"], or an object of fields');
};

const compileOr = (value: unknown, spot: Spot): Place[] => {
  const choices: readonly unknown[] = Array.isArray(value) ? value : [];
  if (choices.length < 2) return [refuse(spot, "must be an array of at least two objects")];
  return choices.map((choice, index) => {
    const choiceSpot = { ...spot, path: `${spot.path}[${index}]` };
    const operator = OPERATOR_NAMES.find((name) => isObject(choice) && Object.hasOwn(choice, name));
    if (operator !== undefined) return refuse(choiceSpot, `must name a field before the operator "${operator}"`);
    return compileObject(choice, choiceSpot);
  });
};

/**
 * `absent` is a yes that only `{"exists": false}` has given. It has to hold for all elements of an array, where for
 * `present`, a yes with a value behind it, one element is enough.
 */
type Verdict = "present" | "absent" | "no";

const judge = (place: Place, value: unknown): Verdict => {
  if (!Array.isArray(value)) return judgeOne(place, value);
  const elements = flatten(value);
  if (elements.length === 0) return judgeOne(place, undefined);
  const verdicts = elements.map((element) => judgeOne(place, element));
  if (verdicts.includes("present")) return "present";
  return verdicts.includes("no") ? "no" : "absent";
};

const judgeOne = (place: Place, value: unknown): Verdict => {
  const verdicts = [
    ...place.conditions.map((condition) => judgeValue(condition, value)),
    ...place.fields.map(([name, field]) => judge(field, propertyOf(value, name))),
    ...place.choices.map((choice) => best(choice.map((each) => judgeOne(each, value)))),
  ];
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("present") ? "present" : "absent";
};

const best = (verdicts: readonly Verdict[]): Verdict => {
  if (verdicts.includes("present")) return "present";
  return verdicts.includes("absent") ? "absent" : "no";
};

const propertyOf = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const judgeValue = (condition: Condition, value: unknown): Verdict => {
  if (!isScalar(value)) return condition.acceptsAbsence ? "absent" : "no";
  return condition.tests.some((test) => test(value)) ? "present" : "no";
};

/** The elements of arrays within arrays, in no order. A loop, because a hostile event may nest them 100,000 deep. */
const flatten = (array: readonly unknown[]): unknown[] => {
  const pending: unknown[] = [array];
  const elements: unknown[] = [];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) for (const element of next) pending.push(element);
    else elements.push(next);
  }
  return elements;
};
