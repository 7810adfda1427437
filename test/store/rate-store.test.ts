import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rateLinesOf } from "../../shared/domain/rate-lines.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import type { Transport } from "../../shared/domain/transport.ts";
import { rateKey } from "../../shared/store/keys.ts";
import { createRates } from "../../shared/store/rate-store.ts";
import { later, NOW, scopeOf } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { aTransport } from "./a-transport.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const lineOf = (transport: Transport, perMinute: number) =>
  rateLinesOf(transport, tenantOf(transport.scope), perMinute).main;

describe("a rate in the table", () => {
  test("gives each of many senders that ask at the same time a slot of its own, evenly spaced", async () => {
    const transport = aTransport();
    const senders = Array.from({ length: 8 }, () => createRates(tables.deliveries));

    const slots = await Promise.all(
      senders.flatMap((rates) => Array.from({ length: 25 }, () => rates.reserve(lineOf(transport, 600), NOW))),
    );

    const times = slots.map((slot) => slot?.getTime() ?? Number.NaN).sort((a, b) => a - b);
    expect(new Set(times).size).toBe(200);
    expect(times.filter((time) => time <= later(5).getTime())).toHaveLength(51);
    expect((times.at(-1) ?? 0) - later(75).getTime()).toBe(148 * 100);
  });

  test("takes few writes for many mails of one process", async () => {
    const [rates, transport] = [createRates(tables.deliveries), aTransport()];
    const { requests, stop } = countRequests(tables.deliveries);

    await Promise.all(Array.from({ length: 100 }, () => rates.reserve(lineOf(transport, 600), NOW)));
    stop();

    expect(requests.filter((name) => name === "PutItemCommand")).toHaveLength(2);
  });

  test("goes on where another process left it", async () => {
    const transport = aTransport();
    const first = await createRates(tables.deliveries).reserve(lineOf(transport, 60), NOW);
    const second = await createRates(tables.deliveries).reserve(lineOf(transport, 60), NOW);

    expect([first, second]).toEqual([NOW, later(1)]);
  });

  test("refuses slots beyond a quarter of an hour without writing, and gives them when the rate has been raised", async () => {
    const [rates, transport] = [createRates(tables.deliveries), aTransport()];
    const taken = await Promise.all(Array.from({ length: 20 }, () => rates.reserve(lineOf(transport, 1), NOW)));
    expect(taken.filter((slot) => slot === undefined)).toHaveLength(5);
    const { requests, stop } = countRequests(tables.deliveries);

    const refused = await rates.reserve(lineOf(transport, 1), NOW);
    stop();
    const others = await createRates(tables.deliveries).reserve(lineOf(transport, 600), NOW);

    expect([refused, requests]).toEqual([undefined, []]);
    expect(others?.getTime()).toBeLessThan(later(5).getTime());
  });

  test("goes on where a line ends that does not tell its rate, as the first version left it", async () => {
    const transport = aTransport();
    const { client, name: TableName } = tables.deliveries;
    const Item = { ...rateKey(transport), type: "rate", v: 1, freeAtMs: later(2).getTime() };
    await client.send(new PutCommand({ TableName, Item }));

    expect(await createRates(tables.deliveries).reserve(lineOf(transport, 60), NOW)).toEqual(later(2));
    expect(await createRates(tables.deliveries).reserve(lineOf(transport, 60), NOW)).toEqual(later(3));
  });

  test("is an item each for transports of different scopes and servers", async () => {
    const rates = createRates(tables.deliveries);
    const one = aTransport();

    const slots = await Promise.all([
      rates.reserve(lineOf(one, 1), NOW),
      rates.reserve(lineOf({ ...one, scope: scopeOf("globex") }, 1), NOW),
      rates.reserve(lineOf(aTransport(), 1), NOW),
    ]);

    expect(slots).toEqual([NOW, NOW, NOW]);
  });
});
