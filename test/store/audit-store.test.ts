import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditStore } from "../../shared/admin/ports.ts";
import type { AuditEntry } from "../../shared/domain/audit.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import { createAuditStore } from "../../shared/store/audit-store.ts";
import { aTenant, scopeOf } from "../fakes/config-documents.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { createMemoryAudit } from "../fakes/memory-audit.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const KINDS: { title: string; create: () => AuditStore }[] = [
  { title: "the table", create: () => createAuditStore(tables.config) },
  { title: "the fake in memory", create: createMemoryAudit },
];

const anEntry = (scope: Scope, second: number, parts: Partial<AuditEntry> = {}): AuditEntry => ({
  id: `entry-${scope}-${second}`,
  at: new Date(Date.parse("2026-11-20T12:00:00Z") + second * 1000).toISOString(),
  by: "ada",
  byName: null,
  scope,
  action: "putGroup",
  target: "group oncall",
  changes: [{ path: "name", before: null, after: { deep: [1, "x"] } }],
  omittedChanges: 0,
  ...parts,
});

const readAll = async (store: AuditStore, scope: Scope, limit: number): Promise<AuditEntry[]> => {
  const entries: AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(scope, { limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    entries.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return entries;
};

describe.each(KINDS)("audit store in $title", ({ create }) => {
  test.each([1, 2, 3, 100])("lists a scope and those below it, newest first, %i at a time", async (limit) => {
    const store = create();
    const tenant = aTenant();
    const [eng, pay, other] = [`${tenant}.eng`, `${tenant}.eng.pay`, `${tenant}.eng-b`].map(scopeOf);
    if (eng === undefined || pay === undefined || other === undefined) throw new Error("no scopes");
    const entries = [eng, other, pay, tenant, eng, other].map((scope, second) => anEntry(scope, second));
    for (const entry of entries) await store.append(entry);

    const seen = await readAll(store, eng, limit);
    const all = await readAll(store, tenant, limit);

    expect(seen).toEqual([entries[4], entries[2], entries[0]]);
    expect(all).toEqual(entries.toReversed());
  });

  test("keeps tenants apart, and tells the root that one was deleted", async () => {
    const store = create();
    const [one, two] = [aTenant(), aTenant()];
    const deletion = anEntry(one, 1, { action: "deleteScope" });
    await store.append(anEntry(one, 0));
    await store.append(deletion);

    expect(await readAll(store, one, 10)).toEqual([anEntry(one, 0)]);
    expect(await readAll(store, two, 10)).toEqual([]);
    expect(await readAll(store, scopeOf("system"), 10)).toContainEqual(deletion);
  });
});

describe("audit store in the table", () => {
  test("keeps the first of two entries with one id", async () => {
    const store = createAuditStore(tables.config);
    const scope = aTenant();
    await store.append(anEntry(scope, 0));

    await store.append(anEntry(scope, 0, { by: "eve" }));

    expect(await readAll(store, scope, 10)).toEqual([anEntry(scope, 0)]);
  });

  test("finds the few of a scope among the many of its tenant", async () => {
    const store = createAuditStore(tables.config);
    const tenant = aTenant();
    const eng = scopeOf(`${tenant}.eng`);
    await store.append(anEntry(eng, 0));
    await Promise.all(Array.from({ length: 250 }, (_, second) => store.append(anEntry(tenant, second + 1))));

    const seen = await readAll(store, eng, 1);

    expect(seen).toEqual([anEntry(eng, 0)]);
  });

  test("ends a page before it becomes more than a function can answer", async () => {
    const store = createAuditStore(tables.config);
    const scope = aTenant();
    const changes = [{ path: "name", after: "x".repeat(64_000) }];
    for (let second = 0; second < 60; second += 1) await store.append(anEntry(scope, second, { changes }));

    const page = await store.list(scope, { limit: 100 });
    const rest = await store.list(scope, { limit: 100, cursor: page.cursor });

    expect(page.items.length).toBeLessThan(60);
    expect(page.items.length + rest.items.length).toBe(60);
  });
});
