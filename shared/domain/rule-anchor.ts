import type { Scalar } from "./pattern/operator.ts";
import { isScalar } from "./pattern/operator.ts";
import type { Rule } from "./rule.ts";

/**
 * One thing that an event can have at a path of its detail: a value, a text that begins or ends so, or any value at
 * all, for which `value` is null.
 */
export interface AnchorPoint {
  readonly path: readonly string[];
  readonly kind: "is" | "begins" | "ends" | "present";
  readonly value: Scalar;
}

/** Points of which a matching event has at least one. An event without any of them cannot match. */
export type Anchor = readonly AnchorPoint[];

/** Characters of a beginning or an ending that are looked at: the rest is for the matcher to judge. */
const MAX_AFFIX = 32;

/** Every anchor of a rule: its conditions, as far as they can be looked up. Each holds for all that the rule matches. */
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
      const pieces = name.split("*");
      return pieces.length === 1 ? { path, kind: "is", value: name } : affixAt(path, pieces[0], pieces.at(-1));
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
  const anchors = choices.map((choice) => (isObject(choice) ? telling(anchorsOfPattern(choice, path)) : undefined));
  return anchors.every((anchor) => anchor !== undefined) ? [anchors.flat()] : [];
};

/** The first anchor that asks for more than that there is a value, if one does. */
const telling = (anchors: readonly Anchor[]): Anchor | undefined =>
  anchors.find((anchor) => anchor.every(({ kind }) => kind !== "present")) ?? anchors[0];

/** What an event must have for one alternative of a condition; undefined when that is nothing. */
const pointOf = (path: readonly string[], alternative: unknown): AnchorPoint | undefined => {
  if (isScalar(alternative)) return { path, kind: "is", value: alternative };
  if (!isObject(alternative) || alternative.exists === false) return undefined;
  const { prefix, suffix, wildcard } = alternative;
  if (typeof prefix === "string") return affixAt(path, prefix, "");
  if (typeof suffix === "string") return affixAt(path, "", suffix);
  if (typeof wildcard !== "string") return affixAt(path, "", "");
  const literals = wildcard.split(/[*\\]/);
  return affixAt(path, literals[0], wildcard.includes("\\") ? "" : literals.at(-1));
};

/** A text that begins so or, when nothing is known of its beginning, ends so; else any value. */
const affixAt = (path: readonly string[], beginning = "", ending = ""): AnchorPoint => {
  if (beginning !== "") return { path, kind: "begins", value: beginning.slice(0, MAX_AFFIX) };
  if (ending !== "") return { path, kind: "ends", value: ending.slice(-MAX_AFFIX) };
  return { path, kind: "present", value: null };
};

/** Alternatives make an anchor only when each of them is a point. */
const allOf = (points: readonly (AnchorPoint | undefined)[]): Anchor | undefined => {
  const found = points.filter((point) => point !== undefined);
  return found.length === points.length ? found : undefined;
};
