import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Page, PageRequest } from "../admin/ports.ts";
import type { Table } from "./table.ts";

const DAY_MS = 86_400_000;

/** Days asked for at once: most lists are empty on most days. */
const DAYS_AT_ONCE = 10;

/** Most items one page may look at. Such a page may end before it is full; its cursor leads on. */
const MAX_EXAMINED = 2_000;

/** Most bytes of items on one page: a function answers at most 6 MB (Lambda developer guide, "Quotas"). */
const MAX_PAGE_BYTES = 3_000_000;

/** Items of a day asked for at once when its first ones were not enough: then most of them are passed over. */
const NEXT_ITEMS = 100;

/** Days one page may look at: a history of years in which nothing fits is walked over several pages. */
const MAX_DAYS = 100;

/** Greater than every sort key: they begin with a date. */
const DAY_END = "~";

/** Our own cursors are shorter; a made-up one must not become a key that DynamoDB refuses (it takes 1,024 bytes). */
const MAX_CURSOR_CHARS = 300;

/** A list that is kept in one partition per day. */
export interface DayList<T> {
  readonly partitionOf: (day: string) => string;
  /** What an item stands for, or undefined to pass over it. */
  readonly read: (item: Record<string, unknown>) => T | undefined;
  /** What the sort keys of items of a moment begin with, in the order of time. */
  readonly keyOf: (time: Date) => string;
  /** The first moment to look at, and the first one no more. */
  readonly from: Date;
  readonly to: Date;
}

interface Found {
  /** `<day>#<sort key>`: where the next page goes on, which is before it. */
  readonly position: string;
  /** Undefined: the page has looked at enough days. */
  readonly item: Record<string, unknown> | undefined;
}

/** One page of a list, newest first. */
export const pageOfDays = async <T>(table: Table, list: DayList<T>, page: PageRequest): Promise<Page<T>> => {
  const items: T[] = [];
  let examined = 0;
  let bytes = 0;
  for await (const { position, item } of walkBack(table, list, page)) {
    const value = item === undefined ? undefined : list.read(item);
    if (value !== undefined) {
      items.push(value);
      bytes += Buffer.byteLength(JSON.stringify(value));
    }
    examined += 1;
    const isFull = items.length === page.limit || bytes >= MAX_PAGE_BYTES;
    if (isFull || examined === MAX_EXAMINED || item === undefined) return { items, cursor: position };
  }
  return { items };
};

async function* walkBack<T>(table: Table, list: DayList<T>, { limit, cursor }: PageRequest): AsyncGenerator<Found> {
  // A made-up cursor must not lead through all days of the future, nor a cursor of another period out of this one.
  const end = positionOf(list, list.to);
  const start = cursor === undefined || !(cursor < end) ? end : cursor;
  const first = positionOf(list, list.from);
  const days = daysBack(Date.parse(start.slice(0, 10)), list.from.getTime());
  for (let index = 0; index < days.length; index += DAYS_AT_ONCE) {
    const window = days.slice(index, index + DAYS_AT_ONCE);
    if (index >= MAX_DAYS) return yield { position: `${window[0]}#${DAY_END}`, item: undefined };
    const firstPages = await Promise.all(
      window.map((day) => queryDay(table, list.partitionOf(day), beforeOf(start, day), limit)),
    );
    for (const [offset, day] of window.entries()) {
      for await (const found of walkDay(table, list.partitionOf(day), day, firstPages[offset])) {
        if (found.position < first) return;
        yield found;
      }
    }
  }
}

const positionOf = <T>({ keyOf }: DayList<T>, time: Date): string =>
  `${time.toISOString().slice(0, 10)}#${keyOf(time)}`;

async function* walkDay(
  table: Table,
  partition: string,
  day: string,
  first: DayPage | undefined,
): AsyncGenerator<Found> {
  let page = first;
  while (page !== undefined) {
    for (const item of page.items) yield { position: `${day}#${String(item.sk)}`, item };
    page = page.lastKey === undefined ? undefined : await queryDay(table, partition, page.lastKey, NEXT_ITEMS);
  }
}

interface DayPage {
  readonly items: Record<string, unknown>[];
  readonly lastKey: string | undefined;
}

const queryDay = async (table: Table, pk: string, before: string | undefined, limit: number): Promise<DayPage> => {
  const found = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: before === undefined ? "pk = :pk" : "pk = :pk AND sk < :before",
      ExpressionAttributeValues: { ":pk": pk, ...(before === undefined ? {} : { ":before": before }) },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  const lastKey = found.LastEvaluatedKey?.sk;
  return { items: found.Items ?? [], lastKey: lastKey === undefined ? undefined : String(lastKey) };
};

/** Where to go on within the cursor's own day; other days are read from their end. */
const beforeOf = (cursor: string, day: string): string | undefined =>
  cursor.startsWith(`${day}#`) ? cursor.slice(day.length + 1, MAX_CURSOR_CHARS) || undefined : undefined;

/** The days from the newest moment back to the oldest; none when a moment is not a number. */
const daysBack = (newestMs: number, oldestMs: number): string[] => {
  const days: string[] = [];
  const oldestDayMs = Math.floor(oldestMs / DAY_MS) * DAY_MS;
  for (let ms = newestMs; ms >= oldestDayMs; ms -= DAY_MS) days.push(new Date(ms).toISOString().slice(0, 10));
  return days;
};
