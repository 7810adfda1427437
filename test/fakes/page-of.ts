import type { Page, PageRequest } from "../../shared/admin/ports.ts";

/** One page of a list in memory; a cursor is the name of the last item before the page. */
export const pageOf = <T>(all: readonly T[], nameOf: (item: T) => string, { limit, cursor }: PageRequest): Page<T> => {
  const sorted = all.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const rest = sorted.filter((item) => cursor === undefined || nameOf(item) > cursor);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, cursor: rest.length > limit && last !== undefined ? nameOf(last) : undefined };
};
