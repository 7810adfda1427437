import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SuppressionStore } from "../../shared/admin/ports.ts";
import { SYSTEM, type Tenant } from "../../shared/domain/scope.ts";
import { announceChange } from "../../shared/store/document.ts";
import { suppressionKey } from "../../shared/store/keys.ts";
import { createSuppressionStore } from "../../shared/store/suppression-store.ts";
import { createTenantCache } from "../../shared/store/tenant-cache.ts";
import { addressOf, NOW, tenantNamed } from "../fakes/builders.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";

let tables: Tables;
let lists: SuppressionStore;

beforeAll(async () => {
  tables = await startTables();
  lists = createSuppressionStore(tables.config);
});

afterAll(() => tables.stop());

const BOUNCED = { address: addressOf("Ada@acme.example"), cause: "bounced", reason: null, deliveryId: null } as const;

const CHANGE = { by: "tidings", at: NOW };

let named = 0;

/** Tenants no other test has seen: all tests share one table. */
const someTenants = (count: number): Tenant[] =>
  Array.from({ length: count }, () => {
    named += 1;
    return tenantNamed(`tenant-${named}`);
  });

/** A cache of values that tell how often their tenant was read, at a clock of its own. */
const createCache = () => {
  const clock = { now: NOW };
  const reads: Tenant[] = [];
  const read = async (tenant: Tenant) => {
    reads.push(tenant);
    return { said: `${tenant} read ${reads.filter((one) => one === tenant).length}` };
  };
  return { reads, clock, cache: createTenantCache(tables.config, read, () => clock.now) };
};

describe("the cache of tenants' configuration", () => {
  test("holds system and every tenant asked for", async () => {
    const [{ cache }, [one, other]] = [createCache(), someTenants(2)];
    if (one === undefined || other === undefined) throw new Error("no tenants");

    const loaded = await cache.load([one, other, one]);

    expect(loaded).toEqual(
      new Map([
        [SYSTEM, { said: "system read 1", suppressed: new Map() }],
        [one, { said: `${one} read 1`, suppressed: new Map() }],
        [other, { said: `${other} read 1`, suppressed: new Map() }],
      ]),
    );
  });

  test("asks for the versions of all tenants in one request, and for nothing else that it knows", async () => {
    const [{ cache, reads }, tenants] = [createCache(), someTenants(10)];
    await cache.load(tenants);
    reads.length = 0;
    const { requests, stop } = countRequests(tables.config);

    await cache.load(tenants);
    stop();

    expect(requests).toEqual(["BatchGetItemCommand"]);
    expect(reads).toEqual([]);
  });

  test("reads again exactly the tenant that was changed", async () => {
    const [{ cache, reads }, tenants] = [createCache(), someTenants(3)];
    const [changed] = tenants;
    if (changed === undefined) throw new Error("no tenant");
    await cache.load(tenants);
    reads.length = 0;

    await announceChange(tables.config, changed);
    const loaded = await cache.load(tenants);
    await cache.load(tenants);

    expect(reads).toEqual([changed]);
    expect(loaded.get(changed)?.said).toBe(`${changed} read 1`);
  });

  test("sees a changed suppression list with the next load, and reads only that again", async () => {
    const [{ cache, reads }, tenants] = [createCache(), someTenants(2)];
    const [changed, other] = tenants;
    if (changed === undefined || other === undefined) throw new Error("no tenants");
    await cache.load(tenants);
    reads.length = 0;
    const suppressedNow = async () => {
      const loaded = await cache.load(tenants);
      return tenants.map((tenant) => [...(loaded.get(tenant)?.suppressed.keys() ?? [])]);
    };

    await lists.add(changed, BOUNCED, CHANGE);
    const { requests, stop } = countRequests(tables.config);
    expect(await suppressedNow()).toEqual([["ada@acme.example"], []]);
    expect(await suppressedNow()).toEqual([["ada@acme.example"], []]);
    stop();
    await lists.remove(changed, BOUNCED.address, CHANGE);
    expect(await suppressedNow()).toEqual([[], []]);

    expect(requests).toEqual(["BatchGetItemCommand", "QueryCommand", "BatchGetItemCommand"]);
    expect(reads).toEqual([]);
  });

  test("sees a suppression list whose change was not announced after a minute", async () => {
    const [{ cache, clock }, [tenant]] = [createCache(), someTenants(1)];
    if (tenant === undefined) throw new Error("no tenant");
    await cache.load([tenant]);
    const Item = { ...suppressionKey(tenant, BOUNCED.address), v: 1, entry: BOUNCED };
    await tables.config.client.send(new PutCommand({ TableName: tables.config.name, Item }));

    clock.now = new Date(NOW.getTime() + 59_999);
    expect((await cache.load([tenant])).get(tenant)?.suppressed.size).toBe(0);
    clock.now = new Date(NOW.getTime() + 60_000);
    expect((await cache.load([tenant])).get(tenant)?.suppressed.size).toBe(1);
  });

  test("reads everything again after a minute, in case a change was not announced", async () => {
    const [{ cache, reads, clock }, tenants] = [createCache(), someTenants(1)];
    await cache.load(tenants);

    clock.now = new Date(NOW.getTime() + 59_999);
    await cache.load(tenants);
    expect(reads).toHaveLength(2);

    clock.now = new Date(NOW.getTime() + 60_000);
    await cache.load(tenants);
    expect(reads).toHaveLength(4);
  });

  test("notices a change that is made while it reads", async () => {
    const [tenant] = someTenants(1);
    if (tenant === undefined) throw new Error("no tenant");
    let value = "old";
    const cache = createTenantCache(
      tables.config,
      async (one) => {
        const found = { value };
        if (one === tenant && value === "old") {
          value = "new";
          await announceChange(tables.config, tenant);
        }
        return found;
      },
      () => NOW,
    );

    expect((await cache.load([tenant])).get(tenant)?.value).toBe("old");
    expect((await cache.load([tenant])).get(tenant)?.value).toBe("new");
  });

  test("keeps nothing of a read that failed", async () => {
    const tenants = someTenants(1);
    let broken = true;
    const cache = createTenantCache(
      tables.config,
      async (tenant) => {
        if (broken) throw new Error("the table is not there");
        return { tenant };
      },
      () => NOW,
    );

    await expect(cache.load(tenants)).rejects.toThrow("the table is not there");
    broken = false;

    expect((await cache.load(tenants)).size).toBe(2);
  });

  test("knows 500 tenants and forgets those unused for longest", async () => {
    const [{ cache, reads }, tenants] = [createCache(), someTenants(510)];
    const [first, second] = tenants;
    if (first === undefined || second === undefined) throw new Error("no tenants");
    for (let start = 0; start < 490; start += 70) await cache.load(tenants.slice(start, start + 70));
    await cache.load([first]);
    await cache.load(tenants.slice(490));
    reads.length = 0;

    await cache.load([first]);
    expect(reads).toEqual([]);

    await cache.load([second]);
    expect(reads).toEqual([second]);
  });

  test("can be asked for more tenants than fit one request", async () => {
    const [{ cache }, tenants] = [createCache(), someTenants(250)];

    expect((await cache.load(tenants)).size).toBe(251);
  });
});
