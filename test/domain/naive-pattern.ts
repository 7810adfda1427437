/**
 * A second implementation of event patterns, written for obviousness: it lays out the event as paths with values,
 * lays out the pattern as alternatives of such lists, and tries every way of putting them together.
 */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A value in an event, how one gets there, and which element was taken in each array on the way. */
interface Leaf {
  readonly path: string;
  readonly value: Json;
  readonly elements: ReadonlyMap<string, number>;
}

interface Wish {
  readonly path: string;
  readonly alternatives: readonly Json[];
}

const leavesOf = (value: Json, path = "", place = "", elements: ReadonlyMap<string, number> = new Map()): Leaf[] => {
  if (Array.isArray(value)) {
    return value.flatMap((element, index) =>
      leavesOf(element, path, `${place}[${index}]`, new Map([...elements, [place, index]])),
    );
  }
  if (typeof value !== "object" || value === null) return [{ path, value, elements }];
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, `${path}/${name}`, `${place}/${name}`, elements),
  );
};

const wishListsOf = (pattern: Json, path = ""): Wish[][] =>
  Object.entries(pattern ?? {}).reduce<Wish[][]>(
    (lists, [name, value]: [string, Json]) => {
      const more =
        name === "$or" && Array.isArray(value)
          ? value.flatMap((choice) => wishListsOf(choice, path))
          : Array.isArray(value)
            ? [[{ path: `${path}/${name}`, alternatives: value }]]
            : wishListsOf(value, `${path}/${name}`);
      return lists.flatMap((list) => more.map((next) => [...list, ...next]));
    },
    [[]],
  );

const together = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean =>
  [...one].every(([array, index]) => (other.get(array) ?? index) === index);

const canGrant = (
  wishes: readonly Wish[],
  leaves: readonly Leaf[],
  taken: ReadonlyMap<string, number>,
  absent: readonly string[],
): boolean => {
  const [wish, ...rest] = wishes;
  if (wish === undefined) return !leaves.some((leaf) => absent.includes(leaf.path) && together(leaf.elements, taken));
  const mayBeAbsent = wish.alternatives.some((each) => JSON.stringify(each) === '{"exists":false}');
  if (mayBeAbsent && canGrant(rest, leaves, taken, [...absent, wish.path])) return true;
  return leaves.some(
    (leaf) =>
      leaf.path === wish.path &&
      together(leaf.elements, taken) &&
      wish.alternatives.some((alternative) => accepts(alternative, leaf.value)) &&
      canGrant(rest, leaves, new Map([...taken, ...leaf.elements]), absent),
  );
};

const listOf = (value: Json): Json[] => (Array.isArray(value) ? value : [value]);

const stretch = (pattern: string, text: string): boolean => {
  if (pattern === "") return text === "";
  if (pattern.startsWith("*"))
    return stretch(pattern.slice(1), text) || (text !== "" && stretch(pattern, text.slice(1)));
  const literal = pattern.startsWith("\\") ? pattern.slice(0, 2) : pattern.slice(0, 1);
  return text.startsWith(literal.slice(-1)) && stretch(pattern.slice(literal.length), text.slice(1));
};

const COMPARE: Record<string, (a: number, b: number) => boolean> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "=": (a, b) => a === b,
  ">=": (a, b) => a >= b,
  ">": (a, b) => a > b,
};

const toNumber = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

const acceptsText = (name: string, operand: string, text: string): boolean => {
  if (name === "prefix") return text.slice(0, operand.length) === operand;
  if (name === "suffix") return text.slice(Math.max(0, text.length - operand.length)) === operand;
  if (name === "equals-ignore-case") return text.toUpperCase() === operand.toUpperCase();
  if (name === "wildcard") return stretch(operand, text);
  const [base = "", length = ""] = operand.split("/");
  const size = 2 ** (32 - Number(length));
  return /^\d+(\.\d+){3}$/.test(text) && Math.floor(toNumber(text) / size) === Math.floor(toNumber(base) / size);
};

const acceptsNumber = (terms: Json[], value: number): boolean => {
  const [sign, bound, ...rest] = terms;
  if (sign === undefined) return true;
  return Boolean(COMPARE[String(sign)]?.(value, Number(bound))) && acceptsNumber(rest, value);
};

const isNoneOf = (operand: Json, value: Json): boolean => {
  if (typeof operand !== "object" || operand === null || Array.isArray(operand)) {
    return !listOf(operand).includes(value);
  }
  return Object.entries(operand).every(([name, texts]) =>
    listOf(texts).every((text) => !acceptsOperator(name, text, value)),
  );
};

const acceptsOperator = (name: string, operand: Json, value: Json): boolean => {
  if (name === "exists") return operand === true;
  if (name === "anything-but") return isNoneOf(operand, value);
  if (Array.isArray(operand)) return typeof value === "number" && acceptsNumber(operand, value);
  if (typeof value !== "string") return false;
  if (typeof operand === "string") return acceptsText(name, operand, value);
  const [folded] = Object.values(operand ?? {});
  return acceptsText(name, String(folded).toLowerCase(), value.toLowerCase());
};

const accepts = (alternative: Json, value: Json): boolean => {
  if (typeof alternative !== "object" || alternative === null) return alternative === value;
  return Object.entries(alternative).every(([name, operand]) => acceptsOperator(name, operand, value));
};

/** Whether an event fits a pattern, slowly. Both have to be well formed. */
export const matchesNaively = (pattern: Json, event: Json): boolean =>
  wishListsOf(pattern).some((wishes) => canGrant(wishes, leavesOf(event), new Map(), []));
