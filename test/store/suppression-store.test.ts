import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressKey, type EmailAddress, parseAddress } from "../../shared/domain/address.ts";
import { type Scope, tenantOf } from "../../shared/domain/scope.ts";
import type { NewSuppression } from "../../shared/domain/suppression.ts";
import { suppressionKey, suppressionVersionKey } from "../../shared/store/keys.ts";
import { createSuppressionStore, readSuppressed } from "../../shared/store/suppression-store.ts";
import type { Table } from "../../shared/store/table.ts";
import { addressOf, later, NOW } from "../fakes/builders.ts";
import { aTenant, scopeOf } from "../fakes/config-documents.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { failingTable } from "../fakes/failing-table.ts";
import { createMemorySuppressions, type MemorySuppressions } from "../fakes/memory-suppressions.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

/** A store, with what senders keep in memory of it. */
const KINDS = [
  {
    title: "the table",
    create: () => ({
      store: createSuppressionStore(tables.config),
      keptOf: (scope: Scope) => readSuppressed(tables.config, tenantOf(scope)),
    }),
  },
  {
    title: "the fake in memory",
    create: () => {
      const store: MemorySuppressions = createMemorySuppressions();
      return { store, keptOf: async (scope: Scope) => store.suppressedOf(tenantOf(scope)) };
    },
  },
];

const ADA = addressOf("Ada@acme.example");

const by = (who: string, at = NOW) => ({ by: who, at });

const manual = (address: EmailAddress, reason: string | null = null): NewSuppression => ({
  address,
  cause: "manual",
  reason,
  deliveryId: null,
});

const unsubscribed = (address: EmailAddress): NewSuppression => ({ ...manual(address), cause: "unsubscribed" });

const everything = { limit: 100 };

/** A table whose every write is carried out twice, as by an SDK that did not get the first answer. */
const repeating = ({ client, name }: Table): Table => {
  const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
  const twice = async (command: unknown) => {
    await send(command);
    return send(command);
  };
  return { client: Object.assign(Object.create(client), { send: twice }), name };
};

describe.each(KINDS)("suppression lists in $title", ({ create }) => {
  test("answer what was put there, with who did it and when", async () => {
    const [{ store }, scope] = [create(), aTenant()];

    const added = await store.add(scope, manual(ADA, "Left"), by("ada"));

    const suppression = {
      address: "Ada@acme.example",
      cause: "manual",
      reason: "Left",
      deliveryId: null,
      createdAt: NOW.toISOString(),
      createdBy: "ada",
    };
    expect(added).toEqual({ value: suppression, before: undefined });
    expect((await store.list(scope, everything)).items).toEqual([suppression]);
  });

  test("keep what is there, however the address is written and whatever comes after it", async () => {
    const [{ store }, scope] = [create(), aTenant()];
    const first = await store.add(scope, manual(ADA, "Left"), by("ada"));

    const bounced = {
      address: addressOf("ADA@acme.example"),
      cause: "bounced",
      reason: "550",
      deliveryId: null,
    } as const;
    const again = await store.add(scope, bounced, by("tidings", later(60)));

    expect(again).toEqual({ value: first.value, before: first.value });
    expect((await store.list(scope, everything)).items).toEqual([first.value]);
  });

  test("tell those who unsubscribed from the others", async () => {
    const [{ store, keptOf }, scope] = [create(), aTenant()];

    await store.add(scope, unsubscribed(ADA), by("recipient"));
    await store.add(scope, manual(addressOf("bob@acme.example")), by("ada"));

    expect(await keptOf(scope)).toEqual(
      new Map([
        ["ada@acme.example", "unsubscribed"],
        ["bob@acme.example", "suppressed"],
      ]),
    );
  });

  test.each(["bounced", "complained", "manual"] as const)(
    "let %s take the place of unsubscribed, and not the other way round",
    async (cause) => {
      const [{ store, keptOf }, scope] = [create(), aTenant()];
      const first = await store.add(scope, unsubscribed(ADA), by("recipient"));
      const again = await store.add(scope, unsubscribed(ADA), by("recipient", later(30)));

      const stronger = await store.add(scope, { ...manual(ADA, "Why"), cause }, by("somebody", later(60)));
      const weaker = await store.add(scope, unsubscribed(ADA), by("recipient", later(90)));

      const entry = { ...manual(ADA, "Why"), cause, createdAt: later(60).toISOString(), createdBy: "somebody" };
      expect(again).toEqual({ value: first.value, before: first.value });
      expect(stronger).toEqual({ value: entry, before: first.value });
      expect(weaker).toEqual({ value: entry, before: entry });
      expect((await store.list(scope, everything)).items).toEqual([entry]);
      expect(await keptOf(scope)).toEqual(new Map([["ada@acme.example", "suppressed"]]));
    },
  );

  test("take an address off however it is written, and answer what there was", async () => {
    const [{ store, keptOf }, scope] = [create(), aTenant()];
    const { value } = await store.add(scope, manual(ADA), by("ada"));

    const removed = await store.remove(scope, addressOf("ada@acme.example"), by("bob"));
    const again = await store.remove(scope, ADA, by("bob"));

    expect([removed, again]).toEqual([{ before: value }, { before: undefined }]);
    expect(await keptOf(scope)).toEqual(new Map());
  });

  test("are one for all scopes of a tenant", async () => {
    const [{ store }, tenant] = [create(), aTenant()];
    const below = scopeOf(`${tenant}.eng.payments`);

    await store.add(below, manual(ADA), by("ada"));
    await store.add(tenant, manual(addressOf("bob@acme.example")), by("ada"));

    const lists = await Promise.all([tenant, below].map((scope) => store.list(scope, everything)));
    expect(lists.map(({ items }) => items.map(({ address }) => address))).toEqual([
      ["Ada@acme.example", "bob@acme.example"],
      ["Ada@acme.example", "bob@acme.example"],
    ]);
    expect((await store.remove(tenant, ADA, by("ada"))).before).toBeDefined();
  });

  test("are in the order of addresses, in pages that neither repeat nor miss one", async () => {
    const [{ store, keptOf }, scope] = [create(), aTenant()];
    const addresses = ["!x", "0", "a.b", "a", "version", "VERSIONX", "z", "~"].map((name) =>
      addressOf(`${name}@x.example`),
    );
    for (const address of addresses) await store.add(scope, manual(address), by("ada"));

    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list(scope, { limit: 3, cursor });
      expect(page.items.length).toBeGreaterThan(0);
      found.push(...page.items.map(({ address }) => address));
      cursor = page.cursor;
    } while (cursor !== undefined);

    const keys = addresses.map(addressKey);
    expect(found.map((address) => addressKey(address as EmailAddress))).toEqual(keys.toSorted());
    expect(new Set((await keptOf(scope)).keys())).toEqual(new Set(keys));
  });

  test("of two tenants never mix, whatever is done to them", async () => {
    const { store, keptOf } = create();
    const change = fc.record({ tenant: fc.nat({ max: 1 }), add: fc.boolean(), who: fc.nat({ max: 3 }) });

    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const tenants = [aTenant(), aTenant()];
        const expected = tenants.map(() => new Set<string>());
        for (const { tenant, add, who } of changes) {
          const [scope, list] = [tenants[tenant] ?? aTenant(), expected[tenant] ?? new Set()];
          const address = addressOf(`p${who}@x.example`);
          if (add) await store.add(scope, manual(address), by("ada"));
          else await store.remove(scope, address, by("ada"));
          if (add) list.add(address);
          else list.delete(address);
        }

        const kept = await Promise.all(tenants.map(keptOf));
        expect(kept.map((list) => new Set(list.keys()))).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test("hold every address that can be mailed", async () => {
    const [{ store, keptOf }, scope] = [create(), aTenant()];

    await fc.assert(
      fc.asyncProperty(fc.emailAddress(), async (text) => {
        const address = parseAddress(text);
        fc.pre(address !== undefined);
        await store.add(scope, manual(address), by("ada"));

        expect((await keptOf(scope)).get(addressKey(address))).toBe("suppressed");
      }),
      { numRuns: 50 },
    );
  });
});

describe("suppression lists in the table", () => {
  const versionOf = async (scope: Scope): Promise<number> => {
    const { client, name } = tables.config;
    const { Item } = await client.send(
      new GetCommand({ TableName: name, Key: suppressionVersionKey(tenantOf(scope)) }),
    );
    return Number(Item?.n ?? 0);
  };

  test("count every change for whoever keeps them in memory, also one that finds everything done", async () => {
    const [store, scope] = [createSuppressionStore(tables.config), aTenant()];

    await store.add(scope, manual(ADA), by("ada"));
    await store.add(scope, manual(ADA), by("ada"));
    await store.remove(scope, ADA, by("ada"));
    await store.remove(scope, ADA, by("ada"));

    expect(await versionOf(scope)).toBe(4);
  });

  test("are counted no more when somebody repeats long after what others have heard of by themselves", async () => {
    const [store, scope] = [createSuppressionStore(tables.config), aTenant()];
    await store.add(scope, manual(ADA), by("ada"));

    for (let repeats = 0; repeats < 5; repeats += 1) await store.add(scope, manual(ADA), by("ada", later(60)));

    expect(await versionOf(scope)).toBe(1);
  });

  test("are whole after a change whose count was lost, and counted when it is repeated", async () => {
    const scope = aTenant();
    let requests = 0;
    const broken = failingTable(tables.config, () => {
      requests += 1;
      return requests === 2 ? "before" : "none";
    });

    await expect(createSuppressionStore(broken).add(scope, manual(ADA), by("ada"))).rejects.toThrow("died");
    expect(await versionOf(scope)).toBe(0);
    const repeated = await createSuppressionStore(tables.config).add(scope, manual(ADA), by("ada"));

    expect(repeated.before).toMatchObject({ address: ADA });
    expect(await versionOf(scope)).toBe(1);
  });

  test("know their own write when the SDK repeats one whose answer was lost", async () => {
    const scope = aTenant();
    const first = await createSuppressionStore(tables.config).add(scope, unsubscribed(ADA), by("recipient"));

    const stronger = await createSuppressionStore(repeating(tables.config)).add(scope, manual(ADA), by("ada"));
    const fresh = await createSuppressionStore(repeating(tables.config)).add(
      scope,
      manual(addressOf("bob@acme.example")),
      by("ada"),
    );

    expect(stronger).toMatchObject({ value: { cause: "manual", createdBy: "ada" }, before: first.value });
    expect(fresh.before).toBeUndefined();
  });

  test("let one of ten stronger writers at once take the place of unsubscribed", async () => {
    const [store, scope] = [createSuppressionStore(tables.config), aTenant()];
    const { value: before } = await store.add(scope, unsubscribed(ADA), by("recipient"));

    const added = await Promise.all(
      Array.from({ length: 10 }, (_, index) => store.add(scope, manual(ADA), by(`writer-${index}`))),
    );

    const [winner, ...others] = added.filter((one) => one.before?.cause === before.cause);
    expect(others).toEqual([]);
    expect(new Set(added.map(({ value }) => value.createdBy))).toEqual(new Set([winner?.value.createdBy]));
    expect((await store.list(scope, everything)).items).toEqual([winner?.value]);
  });

  test("read entries of before there was anything but bounces and administrators", async () => {
    const [store, scope] = [createSuppressionStore(tables.config), aTenant()];
    const entry = { ...manual(ADA), cause: "bounced", createdAt: NOW.toISOString(), createdBy: "tidings" };
    const Item = { ...suppressionKey(tenantOf(scope), ADA), v: 1, entry, entryId: "one" };
    await tables.config.client.send(new PutCommand({ TableName: tables.config.name, Item }));

    expect((await store.add(scope, unsubscribed(ADA), by("recipient"))).value).toEqual(entry);
    expect(await readSuppressed(tables.config, tenantOf(scope))).toEqual(new Map([[addressKey(ADA), "suppressed"]]));
  });

  test("let one of ten writers at once be the one who put an address there", async () => {
    const [store, scope] = [createSuppressionStore(tables.config), aTenant()];

    const added = await Promise.all(
      Array.from({ length: 10 }, (_, index) => store.add(scope, manual(ADA), by(`writer-${index}`))),
    );

    expect(added.filter(({ before }) => before === undefined)).toHaveLength(1);
    expect(new Set(added.map(({ value }) => value.createdBy)).size).toBe(1);
  });

  test("pass over entries of a layout that they do not know, but mail nobody whom those name", async () => {
    const [store, scope] = [createSuppressionStore(tables.config), aTenant()];
    const Item = { ...suppressionKey(tenantOf(scope), ADA), v: 2, entry: {} };
    await tables.config.client.send(new PutCommand({ TableName: tables.config.name, Item }));

    expect((await store.list(scope, everything)).items).toEqual([]);
    expect(await readSuppressed(tables.config, tenantOf(scope))).toEqual(new Map([[addressKey(ADA), "suppressed"]]));
  });
});
