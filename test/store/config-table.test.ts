import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tenantOf } from "../../shared/domain/scope.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { versionKey } from "../../shared/store/keys.ts";
import { startApi } from "../fakes/api.ts";
import { aRule, aTenant, change, note, scopeOf, settingsOf } from "../fakes/config-documents.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

describe("config store in the table", () => {
  test("bumps the tenant's version with every change, and with no other tenant's", async () => {
    const store = createConfigStore(tables.config);
    const scope = aTenant();
    const below = scopeOf(`${scope}.eng`);

    await store.scopes.put(scope, { scope, name: "x" }, change());
    await store.rules.put(below, "r", aRule(below, "r"), change());
    await store.settings.put(scope, settingsOf(scope), change());
    await store.settings.noteSecret(scope, "apiKey", note("v1"), change());
    await store.settings.forgetSecrets(scope, change());
    await store.rules.remove(below, "r", change());
    await store.rules.put(below, "r", aRule(below, "r"), change({ ifVersion: [9] }));

    const { client, name } = tables.config;
    const { Item } = await client.send(new GetCommand({ TableName: name, Key: versionKey(tenantOf(scope)) }));
    expect(Item?.n).toBe(6);
  });

  test("ten writers at once make ten versions", async () => {
    const store = createConfigStore(tables.config);
    const scope = aTenant();

    const written = await Promise.all(
      Array.from({ length: 10 }, (_, index) => store.scopes.put(scope, { scope, name: `${index}` }, change())),
    );

    const versions = written.map((one) => one?.version ?? 0).toSorted((a, b) => a - b);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("each of ten writers at once is told what it replaced", async () => {
    const store = createConfigStore(tables.config);
    const scope = aTenant();
    const names = Array.from({ length: 10 }, (_, index) => `name ${index}`);

    const written = await Promise.all(names.map((name) => store.scopes.put(scope, { scope, name }, change())));

    const steps = written.toSorted((a, b) => (a?.version ?? 0) - (b?.version ?? 0));
    expect(steps.map((step) => step?.before?.value.name)).toEqual([
      undefined,
      ...steps.slice(0, -1).map((step) => step?.value.name),
    ]);
  });

  test("of ten guarded writers at once exactly one wins", async () => {
    const store = createConfigStore(tables.config);
    const scope = aTenant();
    await store.scopes.put(scope, { scope, name: "first" }, change());

    const written = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        store.scopes.put(scope, { scope, name: `${index}` }, change({ ifVersion: [1] })),
      ),
    );

    expect(written.filter((one) => one !== undefined)).toHaveLength(1);
  });
});

describe("the API over the table", () => {
  test.each(["1", "2", "3", "100"])("lists all scopes to the operator, %s at a time", async (limit) => {
    const api = startApi({ config: createConfigStore(tables.config) });
    const groups = "[system:admin]";
    const mine = [aTenant(), aTenant()].flatMap((tenant) => [
      tenant,
      `${tenant}.eng`,
      `${tenant}.eng-b`,
      `${tenant}.eng.pay`,
    ]);
    for (const scope of mine) await api.call("putScope", { scope, groups, body: { name: "x" } });

    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = cursor === null ? { limit } : { limit, cursor };
      const { body } = await api.call("listScopes", { groups, query });
      seen.push(...body.items.map(({ scope }: { scope: string }) => scope));
      cursor = body.nextCursor;
    } while (cursor !== null);

    expect(seen[0]).toBe("system");
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((scope) => mine.includes(scope))).toEqual(mine);
  });
});
