import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Breaker, CLOSED } from "../../shared/domain/breaker.ts";
import { createBreakers } from "../../shared/store/breaker-store.ts";
import { later, NOW } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { aTransport } from "./a-transport.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

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
