import type { Page, PageRequest } from "../admin/ports.ts";
import type { Answer } from "./answer.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { Call } from "./dispatch.ts";
import { badParameter } from "./read-request.ts";

/** Items on a page unless the caller says otherwise, and at most. */
export const PAGE_LIMIT = { default: 50, most: 100 } as const;

/**
 * Answers one page of a list: `{ items, nextCursor }`, where `nextCursor` is null at the end.
 * @throws AppError `invalid-input` for a `limit` or `cursor` that cannot be.
 */
export const listing = async <T>(
  call: Call,
  load: (page: PageRequest) => Promise<Page<T>>,
  view: (item: T) => unknown,
): Promise<Answer> => {
  const list = `${call.operation} ${call.scope}`;
  const { limit, cursor } = call.event.queryStringParameters ?? {};
  const page = await load({
    limit: readLimit(limit),
    cursor: cursor === undefined ? undefined : decodeCursor(list, cursor),
  });
  const nextCursor = page.cursor === undefined ? null : encodeCursor(list, page.cursor);
  return { body: { items: page.items.map(view), nextCursor } };
};

const readLimit = (text: string | undefined): number => {
  if (text === undefined) return PAGE_LIMIT.default;
  const limit = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > PAGE_LIMIT.most)
    throw badParameter("limit", `must be a whole number from 1 to ${PAGE_LIMIT.most}`);
  return limit;
};
