import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page, PageRequest } from "../../shared/admin/ports.ts";
import type { EventRecord } from "../../shared/domain/event-record.ts";
import { isWithin } from "../../shared/domain/scope.ts";
import { later } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { below, RETENTION_DAYS, type RecordedHistory, startHistory } from "./recorded-history.ts";

let recorded: RecordedHistory;

beforeAll(async () => {
  recorded = await startHistory();
});

afterAll(() => recorded.stop());

/** All items of a list, page by page; the number of pages is bounded so that a loop fails. */
const walk = async <T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[]> => {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 2000; pages += 1) {
    const page = await list({ limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) return items;
  }
  throw new Error("the list has no end");
};

describe("lists over days", () => {
  test("show every item exactly once, however they are cut into pages", async () => {
    const item = fc.record({
      daysAgo: fc.double({ min: -0.9, max: RETENTION_DAYS, noNaN: true }),
      place: fc.constantFrom("", "eng", "sales"),
    });

    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 25 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom("", "eng"),
        async (items, limit, place) => {
          const tenant = recorded.aTenant();
          const at = (name: string) => (name === "" ? tenant : below(tenant, name));
          const written = await Promise.all(
            items.map(async (one, index) => {
              const time = later(-one.daysAgo * 86_400);
              const record = await recorded.route(at(one.place), `e${index}`, time);
              return { record, deliveryId: await recorded.claim(at(one.place), `p${index}`, time) };
            }),
          );
          const expected = written.filter(({ record }) => isWithin(record.scope, at(place)));

          const records = await walk((page) => recorded.history.events(at(place), page), limit);
          const mails = await walk((page) => recorded.history.deliveries(at(place), page), limit);

          const keyOf = (record: EventRecord) => `${record.receivedAt}#${record.id}`;
          expect(records.map(keyOf)).toEqual(
            expected
              .map(({ record }) => keyOf(record))
              .sort()
              .reverse(),
          );
          expect(mails.map(({ id }) => id)).toEqual(
            expected
              .map(({ deliveryId }) => deliveryId)
              .sort()
              .reverse(),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  test("end a page early rather than look through thousands of other scopes' items, and go on from there", async () => {
    const tenant = recorded.aTenant();
    await recorded.route(below(tenant, "eng"), "wanted", later(-86_400));
    const others = Array.from({ length: 2050 }, (_, index) => index);
    await Promise.all(others.map((index) => recorded.route(below(tenant, "sales"), `e${index}`, later(-index))));
    const { requests, stop } = countRequests(recorded.deliveries);

    const first = await recorded.history.events(below(tenant, "eng"), { limit: 1 });
    stop();
    const second = await recorded.history.events(below(tenant, "eng"), { limit: 1, cursor: first.cursor });

    expect(first.items).toEqual([]);
    expect(first.cursor).toBeDefined();
    expect(requests.length).toBeLessThan(50);
    expect(second.items.map(({ id }) => id)).toEqual(["wanted"]);
  });

  test("end a page early rather than become too big for an answer", async () => {
    const scope = recorded.aTenant();
    const reason = "x".repeat(300_000);
    for (let index = 0; index < 20; index += 1) await recorded.route(scope, `e${index}`, later(-index), { reason });

    const first = await recorded.history.events(scope, { limit: 100 });
    const all = await walk((page) => recorded.history.events(scope, page), 100);

    expect(Buffer.byteLength(JSON.stringify(first.items))).toBeLessThan(4_000_000);
    expect(first.items.length).toBeGreaterThan(5);
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => `e${index}`));
  });

  test.each([
    "",
    "x",
    "9999-12-31#x",
    "9999-12-31",
    "0001-01-01#x",
    "2026-11-20#",
    "2026-11-20",
    "2026-11-31#x",
    "-000001-01#x",
    `2026-11-20#${"z".repeat(3000)}`,
    `2026-11-20#${"\u{1F600}".repeat(700)}`,
  ])("answer quickly to a cursor somebody made up: %j", async (cursor) => {
    const { requests, stop } = countRequests(recorded.deliveries);

    const { items } = await recorded.history.events(recorded.aTenant(), { limit: 1, cursor });
    stop();

    expect(items).toEqual([]);
    expect(requests.length).toBeLessThanOrEqual(RETENTION_DAYS + 3);
  });
});
