import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeliveryFilter, Page, PageRequest } from "../../shared/admin/ports.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import { createHistoryReader } from "../../shared/store/history-store.ts";
import { addressOf, anEvent, later, NOW } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { RETENTION_DAYS, type RecordedHistory, startHistory } from "./recorded-history.ts";

let recorded: RecordedHistory;

beforeAll(async () => {
  recorded = await startHistory();
});

afterAll(() => recorded.stop());

const walk = async <T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[]> => {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 500; pages += 1) {
    const page = await list({ limit, cursor });
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) return items;
  }
  throw new Error("the list has no end");
};

describe("a period", () => {
  test("shows exactly what lies in it, however it is cut into pages", async () => {
    const moment = fc.integer({ min: -RETENTION_DAYS * 24, max: 12 }).map((hours) => later(hours * 3600));

    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(moment, { maxLength: 20, selector: Number }),
        fc.option(moment, { nil: undefined }),
        fc.option(moment, { nil: undefined }),
        fc.integer({ min: 1, max: 6 }),
        async (moments, from, to, limit) => {
          const tenant = recorded.aTenant();
          for (const [index, time] of moments.entries()) {
            await recorded.route(tenant, `e${index}`, time);
            await recorded.claim(tenant, `p${index}`, time);
          }
          const expected = moments
            .filter((time) => (from === undefined || time >= from) && (to === undefined || time < to))
            .toSorted((a, b) => b.getTime() - a.getTime());

          const records = await walk((page) => recorded.history.events(tenant, page, { from, to }), limit);
          const mails = await walk((page) => recorded.history.deliveries(tenant, page, { from, to }), limit);

          expect(records.map(({ receivedAt }) => receivedAt)).toEqual(expected.map((time) => time.toISOString()));
          expect(mails.map(({ recipient }) => recipient)).toEqual(
            expected.map((time) => `p${moments.indexOf(time)}@acme.example`),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  test("costs no more than its days", async () => {
    const { requests, stop } = countRequests(recorded.deliveries);

    await recorded.history.events(recorded.aTenant(), { limit: 10 }, { from: later(-3600), to: later(3600) });
    stop();

    expect(requests.length).toBeLessThanOrEqual(2);
  });

  test("is kept to by a cursor of another one", async () => {
    const tenant = recorded.aTenant();
    await recorded.route(tenant, "late", later(-60));
    await recorded.route(tenant, "early", later(-7200));
    const { cursor } = await recorded.history.events(tenant, { limit: 1 }, { from: later(-120) });

    const page = await recorded.history.events(tenant, { limit: 1, cursor }, { to: later(-7200) });

    expect(page.items).toEqual([]);
  });
});

describe("deliveries", () => {
  test.each<[string, DeliveryFilter, string[]]>([
    ["a state", { state: "sending" }, ["ada", "bob"]],
    ["another state", { state: "held" }, []],
    ["a recipient in other letters", { recipient: addressOf("ADA@Acme.Example") }, ["ada"]],
    ["a pipeline", { pipelineId: "build-api" }, ["ada", "bob"]],
    ["another pipeline", { pipelineId: "build" }, []],
    ["an event and a recipient", { eventId: "evt-1", recipient: addressOf("bob@acme.example") }, ["bob"]],
    ["another event", { eventId: "evt-2" }, []],
  ])("are found by %s", async (_, filter, names) => {
    const tenant = recorded.aTenant();
    for (const [index, name] of ["bob", "ada"].entries()) await recorded.claim(tenant, name, later(index));

    const { items } = await recorded.history.deliveries(tenant, { limit: 10 }, filter);

    expect(items.map(({ recipient }) => recipient)).toEqual(names.map((name) => `${name}@acme.example`));
  });
});

test("the mails of an event are looked for where they are, and only in the period that is asked for", async () => {
  const tenant = recorded.aTenant();
  const at = later(-5 * 86_400);
  await recorded.events.receive(tenantOf(tenant), anEvent({ id: "evt-1", scope: tenant }), "b1", at);
  for (const name of ["ada", "bob"]) await recorded.claim(tenant, name, at);
  const { requests, stop } = countRequests(recorded.deliveries);

  const found = await recorded.history.deliveries(tenant, { limit: 10 }, { eventId: "evt-1" });
  stop();
  const earlier = await recorded.history.deliveries(tenant, { limit: 10 }, { eventId: "evt-1", to: at });
  const since = await recorded.history.deliveries(tenant, { limit: 10 }, { eventId: "evt-1", from: at });

  expect(found.items).toHaveLength(2);
  expect(requests).toEqual(["GetItemCommand", "QueryCommand"]);
  expect([earlier.items, since.items].map(({ length }) => length)).toEqual([0, 2]);
});

test("events are found by type and by what became of them", async () => {
  const tenant = recorded.aTenant();
  await recorded.route(tenant, "e1", NOW);
  await recorded.route(tenant, "e2", later(1), { type: "StageFailed" });
  await recorded.events.receive(tenantOf(tenant), anEvent({ id: "e1", scope: tenant }), "b1", NOW);
  await recorded.route(tenant, "e3", later(2), { status: "refused" });
  const idsOf = async (filter: object) =>
    (await recorded.history.events(tenant, { limit: 10 }, filter)).items.map(({ id }) => id);

  expect(await idsOf({ type: "PipelineFailed" })).toEqual(["e3", "e1"]);
  expect(await idsOf({ status: "refused" })).toEqual(["e3"]);
  expect(await idsOf({ type: "StageFailed", status: "refused" })).toEqual([]);
});

test("a history of years in which nothing fits is walked over several short pages, and nothing is missed", async () => {
  const tenant = recorded.aTenant();
  const years = createHistoryReader(recorded.deliveries, () => NOW, 1000);
  await recorded.route(tenant, "old", later(-900 * 86_400));
  const { requests, stop } = countRequests(recorded.deliveries);

  const first = await years.events(tenant, { limit: 10 });
  stop();

  expect(first.items).toEqual([]);
  expect(requests.length).toBeLessThanOrEqual(100);
  expect((await walk((page) => years.events(tenant, page), 10)).map(({ id }) => id)).toEqual(["old"]);
});
