import { type CompiledRule, compileRule } from "./compile-rule.ts";
import type { EventDetail } from "./event-detail.ts";
import { isScalar, type Scalar } from "./pattern/operator.ts";
import type { Rule } from "./rule.ts";
import { type Anchor, type AnchorPoint, anchorsOf } from "./rule-anchor.ts";

/** The rules of one scope, found by what they ask for. */
export interface RuleIndex {
  /** All of them, in the order given. */
  readonly rules: readonly CompiledRule[];
  /** Whether an enabled rule looks at how runs ended before. */
  readonly watchesOutcomes: boolean;
  /**
   * The enabled rules that may match, in the order of `rules`: all that do, and few others. The cost grows with the
   * event and with the answer, not with the number of rules.
   */
  candidates(detail: EventDetail): readonly CompiledRule[];
}

/** Positions of rules by what stands at one path of an event, and the paths below it. */
interface IndexNode {
  readonly below: Map<string, IndexNode>;
  readonly is: Map<Scalar, number[]>;
  readonly begins: Affixes;
  readonly ends: Affixes;
  /** For any value. */
  readonly present: number[];
}

/** Positions by the length of what values begin or end with, and then by that. */
type Affixes = Map<number, Map<string, number[]>>;

const createNode = (): IndexNode => ({
  below: new Map(),
  is: new Map(),
  begins: new Map(),
  ends: new Map(),
  present: [],
});

/** Compiles rules. Each is found by its most selective anchor, or always looked at when it has none. */
export const indexRules = (rules: readonly Rule[]): RuleIndex => {
  const compiled = rules.map(compileRule);
  const ready = compiled.map(({ rule }) => rule);
  const { root, always } = plant(ready);
  return {
    rules: compiled,
    watchesOutcomes: ready.some(({ enabled, when = "always" }) => enabled && when !== "always"),
    candidates: (detail) => {
      const positions = new Set(always);
      walk(root, detail, positions);
      return [...positions].sort((a, b) => a - b).flatMap((position) => compiled[position] ?? []);
    },
  };
};

const plant = (rules: readonly Rule[]): { readonly root: IndexNode; readonly always: readonly number[] } => {
  const anchors = rules.map((rule) => (rule.enabled ? anchorsOf(rule) : []));
  const popularity = countRules(anchors);
  const root = createNode();
  const always: number[] = [];
  for (const [position, { enabled }] of rules.entries()) {
    if (!enabled) continue;
    const anchor = mostSelective(anchors[position] ?? [], popularity);
    if (anchor === undefined) always.push(position);
    else for (const point of anchor) put(root, point, position);
  }
  return { root, always };
};

const keyOf = ({ path, kind, value }: AnchorPoint): string => JSON.stringify([kind, value, ...path]);

/** How many rules have each point. */
const countRules = (anchors: readonly (readonly Anchor[])[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const key of anchors.flatMap((ofOne) => [...new Set(ofOne.flat().map(keyOf))])) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

/** The anchor whose points the fewest rules share: an event that has them then leads to few rules. */
const mostSelective = (anchors: readonly Anchor[], popularity: ReadonlyMap<string, number>): Anchor | undefined => {
  const sharers = (anchor: Anchor) =>
    anchor.reduce((most, point) => Math.max(most, popularity.get(keyOf(point)) ?? 0), 0);
  return anchors.toSorted((a, b) => sharers(a) - sharers(b))[0];
};

const put = (root: IndexNode, { path, kind, value }: AnchorPoint, position: number): void => {
  const node = path.reduce((above, name) => entryOf(above.below, name, createNode), root);
  listAt(node, kind, value).push(position);
};

const listAt = (node: IndexNode, kind: AnchorPoint["kind"], value: Scalar): number[] => {
  if (kind === "present") return node.present;
  if (kind === "is") return entryOf(node.is, value, () => []);
  const text = String(value);
  const texts = entryOf(node[kind], text.length, () => new Map<string, number[]>());
  return entryOf(texts, text, () => []);
};

const entryOf = <K, V>(map: Map<K, V>, key: K, create: () => V): V => {
  const found = map.get(key) ?? create();
  map.set(key, found);
  return found;
};

/**
 * Collects the positions for all values of the event at the paths of the index. As for patterns, every element of an
 * array stands where the array stands. A loop, because events may be nested deeply.
 */
const walk = (root: IndexNode, detail: EventDetail, found: Set<number>): void => {
  const pending: (readonly [IndexNode, unknown])[] = [[root, detail]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, value] = next;
    if (Array.isArray(value)) for (const element of value) pending.push([node, element]);
    else if (isScalar(value)) lookUp(node, value, found);
    else pending.push(...fieldsBelow(node, value));
  }
};

const fieldsBelow = ({ below }: IndexNode, value: unknown): (readonly [IndexNode, unknown])[] =>
  typeof value !== "object" || value === null || below.size === 0
    ? []
    : Object.entries(value).flatMap(([name, member]) => {
        const node = below.get(name);
        return node === undefined ? [] : [[node, member] as const];
      });

const lookUp = ({ is, begins, ends, present }: IndexNode, value: Scalar, found: Set<number>): void => {
  const add = (positions: readonly number[] = []) => {
    for (const position of positions) found.add(position);
  };
  add(present);
  add(is.get(value));
  if (typeof value !== "string") return;
  for (const [length, texts] of begins) add(texts.get(value.slice(0, length)));
  for (const [length, texts] of ends) add(texts.get(value.slice(-length)));
};
