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

/** Our own cursors are shorter; a made-up one must not become a key that DynamoDB refuses (it takes 1,024 bytes). */
const MAX_CURSOR_CHARS = 300;

/** A list that is kept in one partition per day. */
export interface DayList<T> {
  readonly partitionOf: (day: string) => string;
  /** What an item stands for, or undefined to pass over it. */
  readonly read: (item: Record<string, unknown>) => T | undefined;
  /** First and last moment to look at. */
  readonly from: Date;
  readonly to: Date;
}

interface Found {
  /** `<day>#<sort key>`: where the next page goes on. */
  readonly position: string;
  readonly item: Record<string, unknown>;
}

/** One page of a list, newest first. */
export const pageOfDays = async <T>(table: Table, list: DayList<T>, page: PageRequest): Promise<Page<T>> => {
  const items: T[] = [];
  let examined = 0;
  let bytes = 0;
  for await (const { position, item } of walkBack(table, list, page)) {
    const value = list.read(item);
    if (value !== undefined) {
      items.push(value);
      bytes += Buffer.byteLength(JSON.stringify(value));
    }
    examined += 1;
    const isFull = items.length === page.limit || bytes >= MAX_PAGE_BYTES;
    if (isFull || examined === MAX_EXAMINED) return { items, cursor: position };
  }
  return { items };
};

async function* walkBack<T>(table: Table, list: DayList<T>, { limit, cursor }: PageRequest): AsyncGenerator<Found> {
  const latestMs = list.to.getTime();
  // A made-up cursor must not lead through all days of the future.
  const newestMs = cursor === undefined ? latestMs : Math.min(latestMs, Date.parse(cursor.slice(0, 10)));
  const days = daysBack(newestMs, list.from.getTime());
  for (let start = 0; start < days.length; start += DAYS_AT_ONCE) {
    const window = days.slice(start, start + DAYS_AT_ONCE);
    const firstPages = await Promise.all(
      window.map((day) => queryDay(table, list.partitionOf(day), beforeOf(cursor, day), limit)),
    );
    for (const [index, day] of window.entries()) yield* walkDay(table, list.partitionOf(day), day, firstPages[index]);
  }
}

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
const beforeOf = (cursor: string | undefined, day: string): string | undefined =>
  cursor?.startsWith(`${day}#`) ? cursor.slice(day.length + 1, MAX_CURSOR_CHARS) || undefined : undefined;

/** The days from the newest moment back to the oldest; none when a moment is not a number. */
const daysBack = (newestMs: number, oldestMs: number): string[] => {
  const days: string[] = [];
  const oldestDayMs = Math.floor(oldestMs / DAY_MS) * DAY_MS;
  for (let ms = newestMs; ms >= oldestDayMs; ms -= DAY_MS) days.push(new Date(ms).toISOString().slice(0, 10));
  return days;
};
