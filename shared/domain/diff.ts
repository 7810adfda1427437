/**
 * One difference between two documents. `path` is written as `provider.host` or `members[2].email`. Without `before`
 * the value was not there; without `after` it is gone. In a list that means an element was inserted at, or removed
 * from, the index: the elements behind it moved.
 */
export interface FieldChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * How to get from one JSON document to another, applying the changes in order. A document that is not there counts as
 * one without fields, a field that is undefined as one that is not there.
 */
export const diff = (before: object | undefined, after: object | undefined): FieldChange[] =>
  diffFields("", before ?? {}, after ?? {});

const diffValues = (path: string, before: unknown, after: unknown): FieldChange[] => {
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(path, before, after);
  if (isRecord(before) && isRecord(after)) return diffFields(path, before, after);
  if (isSame(before, after)) return [];
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
};

const diffFields = (path: string, before: object, after: object): FieldChange[] => {
  const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = new Set([...was.keys(), ...is.keys()]);
  return [...names].flatMap((name) => diffValues(path === "" ? name : `${path}.${name}`, was.get(name), is.get(name)));
};

/** Equal ends are passed over, so that a person who leaves a list is one change and not a shift of everybody else. */
const diffLists = (path: string, before: readonly unknown[], after: readonly unknown[]): FieldChange[] => {
  const shorter = Math.min(before.length, after.length);
  const start = countWhile(shorter, (index) => isSame(before[index], after[index]));
  const end = countWhile(shorter - start, (index) => isSame(before.at(-1 - index), after.at(-1 - index)));
  const paired = shorter - start - end;
  const behind = start + paired;
  const at = (index: number) => `${path}[${index}]`;
  return [
    ...Array.from({ length: paired }, (_, index) => start + index).flatMap((index) =>
      diffValues(at(index), before[index], after[index]),
    ),
    // The last one first: removing does not move what is still to be removed.
    ...before
      .slice(behind, before.length - end)
      .map((value, index) => ({ path: at(behind + index), before: value }))
      .reverse(),
    ...after.slice(behind, after.length - end).map((value, index) => ({ path: at(behind + index), after: value })),
  ];
};

/** How many numbers from 0 on, below `limit`, hold in a row. */
const countWhile = (limit: number, holds: (index: number) => boolean): number => {
  let count = 0;
  while (count < limit && holds(count)) count += 1;
  return count;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether two JSON values are equal; the order of fields does not count. */
const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]));
  }
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
};
