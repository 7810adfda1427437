import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Breaker, CLOSED } from "../../shared/domain/breaker.ts";
import type { Transport } from "../../shared/domain/transport.ts";
import { createBreakers } from "../../shared/store/breaker-store.ts";
import { createRates } from "../../shared/store/rate-store.ts";
import { later, NOW, scopeOf } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

let transports = 0;

/** A transport no other test has seen: all tests share one table. */
const aTransport = (): Transport => {
  transports += 1;
  return {
    scope: scopeOf("acme"),
    id: `t${transports}`,
    edition: "e1",
    hasLogin: false,
    name: "smtp.acme.example:465",
  };
};

const failed = (known: Breaker): Breaker => ({ ...known, failures: known.failures + 1 });

describe("a breaker in the table", () => {
  test("is closed as long as nobody wrote anything", async () => {
    expect(await createBreakers(tables.deliveries, () => NOW).read(aTransport(), 0)).toEqual(CLOSED);
  });

  test("is read once in a while only, and by its next reader after a change", async () => {
    let now = NOW;
    const [breakers, transport] = [createBreakers(tables.deliveries, () => now), aTransport()];
    const { requests, stop } = countRequests(tables.deliveries);
    for (let reads = 0; reads < 10; reads += 1) await breakers.read(transport, 5_000);
    await createBreakers(tables.deliveries, () => now).change(transport, failed);

    now = later(5);
    const before = await breakers.read(transport, 5_000);
    now = later(6);
    const after = await breakers.read(transport, 5_000);
    stop();

    expect([before.failures, after.failures]).toEqual([0, 1]);
    expect(requests.filter((name) => name === "GetItemCommand")).toHaveLength(3);
  });

  test("counts every failure of twenty senders that write at the same time", async () => {
    const transport = aTransport();
    const senders = Array.from({ length: 20 }, () => createBreakers(tables.deliveries, () => NOW));

    await Promise.all(senders.map((breakers) => breakers.change(transport, failed)));

    expect((await createBreakers(tables.deliveries, () => NOW).read(transport, 0)).failures).toBe(20);
  });

  test("gives the right to probe to one of twenty", async () => {
    const transport = aTransport();
    const probeUntil = later(30).toISOString();
    const take = (known: Breaker): Breaker => (known.probeUntil === null ? { ...known, probeUntil } : known);
    const senders = Array.from({ length: 20 }, () => createBreakers(tables.deliveries, () => NOW));

    const taken = await Promise.all(senders.map((breakers) => breakers.change(transport, take)));

    expect(taken.filter(({ changed }) => changed)).toHaveLength(1);
  });

  test("is not written when nothing changes", async () => {
    const [breakers, transport] = [createBreakers(tables.deliveries, () => NOW), aTransport()];
    await breakers.read(transport, 0);
    const { requests, stop } = countRequests(tables.deliveries);

    const { changed } = await breakers.change(transport, (known) => known);
    stop();

    expect([changed, requests]).toEqual([false, []]);
  });
});

describe("a rate in the table", () => {
  test("gives each of many senders that ask at the same time a slot of its own, evenly spaced", async () => {
    const transport = aTransport();
    const senders = Array.from({ length: 8 }, () => createRates(tables.deliveries));

    const slots = await Promise.all(
      senders.flatMap((rates) => Array.from({ length: 25 }, () => rates.reserve(transport, 600, NOW))),
    );

    const times = slots.map((slot) => slot.getTime()).sort((a, b) => a - b);
    expect(new Set(times).size).toBe(200);
    expect(times.filter((time) => time <= later(5).getTime())).toHaveLength(51);
    expect((times.at(-1) ?? 0) - later(75).getTime()).toBe(148 * 100);
  });

  test("takes few writes for many mails of one process", async () => {
    const [rates, transport] = [createRates(tables.deliveries), aTransport()];
    const { requests, stop } = countRequests(tables.deliveries);

    await Promise.all(Array.from({ length: 100 }, () => rates.reserve(transport, 600, NOW)));
    stop();

    expect(requests.filter((name) => name === "PutItemCommand")).toHaveLength(2);
  });

  test("goes on where another process left it", async () => {
    const transport = aTransport();
    const first = await createRates(tables.deliveries).reserve(transport, 60, NOW);
    const second = await createRates(tables.deliveries).reserve(transport, 60, NOW);

    expect([first, second]).toEqual([NOW, later(1)]);
  });

  test("is an item each for transports of different scopes and servers", async () => {
    const rates = createRates(tables.deliveries);
    const one = aTransport();

    const slots = await Promise.all([
      rates.reserve(one, 1, NOW),
      rates.reserve({ ...one, scope: scopeOf("globex") }, 1, NOW),
      rates.reserve(aTransport(), 1, NOW),
    ]);

    expect(slots).toEqual([NOW, NOW, NOW]);
  });
});
