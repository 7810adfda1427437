import type { Scalar } from "./pattern/operator.ts";
import { isScalar } from "./pattern/operator.ts";
import type { Rule } from "./rule.ts";

/** One thing that an event can have: a value at a path of its detail, or a text there that begins so. */
export interface AnchorPoint {
  readonly path: readonly string[];
  readonly kind: "is" | "begins";
  readonly value: Scalar;
}

/** Points of which a matching event has at least one. An event without any of them cannot match. */
export type Anchor = readonly AnchorPoint[];

/** Characters of a beginning that are looked at: what follows them is for the matcher to judge. */
const MAX_BEGINNING = 32;

/** Every anchor of a rule: conditions on exact values, or on literal beginnings. Each holds for all that it matches. */
export const anchorsOf = (rule: Rule): Anchor[] =>
  [
    anchorOfNames(["type"], rule.events),
    rule.pipelines && anchorOfNames(["pipeline", "id"], rule.pipelines),
    rule.branches && anchorOfNames(["branch"], rule.branches),
    anchorOfStages(rule),
    ...(rule.filter === undefined ? [] : anchorsOfPattern(rule.filter, [])),
  ].filter((anchor) => anchor !== undefined);

/** The anchor of names in which `*` stands for any run of characters. */
const anchorOfNames = (path: readonly string[], names: readonly string[]): Anchor | undefined =>
  allOf(
    names.map((name) => {
      const [beginning = "", ...rest] = name.split("*");
      return rest.length === 0 ? { path, kind: "is", value: name } : beginningAt(path, beginning);
    }),
  );

/** Stages are looked at for stage events only, so they say something about rules of nothing else. */
const anchorOfStages = ({ stages, events }: Rule): Anchor | undefined =>
  stages !== "all" && events.every((name) => name.startsWith("Stage"))
    ? stages.map((stage) => ({ path: ["stage", "id"], kind: "is", value: stage }))
    : undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** All fields of a pattern have to hold, so each gives anchors; a `$or` gives one when each of its choices has one. */
const anchorsOfPattern = (pattern: Readonly<Record<string, unknown>>, path: readonly string[]): Anchor[] =>
  Object.entries(pattern).flatMap(([name, asked]): Anchor[] => {
    if (name === "$or") return anchorOfChoices(asked, path);
    const here = [...path, name];
    if (isObject(asked)) return anchorsOfPattern(asked, here);
    const anchor = Array.isArray(asked) ? allOf(asked.map((alternative) => pointOf(here, alternative))) : undefined;
    return anchor === undefined ? [] : [anchor];
  });

const anchorOfChoices = (choices: unknown, path: readonly string[]): Anchor[] => {
  if (!Array.isArray(choices)) return [];
  const anchors = choices.map((choice) => (isObject(choice) ? anchorsOfPattern(choice, path)[0] : undefined));
  return anchors.every((anchor) => anchor !== undefined) ? [anchors.flat()] : [];
};

/** What an event must have for one alternative of a condition; undefined when that is no value and no beginning. */
const pointOf = (path: readonly string[], alternative: unknown): AnchorPoint | undefined => {
  if (isScalar(alternative)) return { path, kind: "is", value: alternative };
  if (!isObject(alternative)) return undefined;
  const { prefix, wildcard } = alternative;
  if (typeof prefix === "string") return beginningAt(path, prefix);
  return typeof wildcard === "string" ? beginningAt(path, wildcard.split(/[*\\]/, 1)[0] ?? "") : undefined;
};

const beginningAt = (path: readonly string[], text: string): AnchorPoint | undefined =>
  text === "" ? undefined : { path, kind: "begins", value: text.slice(0, MAX_BEGINNING) };

/** Alternatives make an anchor only when each of them is a point. */
const allOf = (points: readonly (AnchorPoint | undefined)[]): Anchor | undefined => {
  const found = points.filter((point) => point !== undefined);
  return found.length === points.length ? found : undefined;
};
