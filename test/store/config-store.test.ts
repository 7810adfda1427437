import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConfigStore } from "../../shared/admin/ports.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { aGroup, aRule, aTenant, change, note, scopeOf, settingsOf } from "../fakes/config-documents.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { createMemoryConfigStore } from "../fakes/memory-config-store.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const KINDS: { title: string; create: () => ConfigStore }[] = [
  { title: "the table", create: () => createConfigStore(tables.config) },
  { title: "the fake in memory", create: createMemoryConfigStore },
];

describe.each(KINDS)("config store in $title", ({ create }) => {
  test("answers what was written, with version 1 and who wrote it", async () => {
    const store = create();
    const scope = aTenant();

    const written = await store.rules.put(scope, "on-failure", aRule(scope, "on-failure"), change());

    expect(written).toMatchObject({
      value: { id: "on-failure", scope, recipients: { emails: [], groups: ["oncall"] } },
      version: 1,
      updatedAt: "2026-11-20T12:00:00.000Z",
      updatedBy: "ada",
    });
    expect(written).toEqual({ ...(await store.rules.get(scope, "on-failure")), before: undefined });
  });

  test("counts a version up with each write", async () => {
    const store = create();
    const scope = aTenant();
    await store.scopes.put(scope, { scope, name: "One" }, change());

    const second = await store.scopes.put(scope, { scope, name: "Two" }, change({ by: "bob" }));

    expect(second).toMatchObject({ value: { name: "Two" }, version: 2, updatedBy: "bob" });
  });

  test.each([
    { title: "the version", ifVersion: [1], writes: true },
    { title: "one of several versions", ifVersion: [7, 1], writes: true },
    { title: "any version", ifVersion: "*" as const, writes: true },
    { title: "another version", ifVersion: [2], writes: false },
  ])("writes and deletes only when it meets $title", async ({ ifVersion, writes }) => {
    const store = create();
    const scope = aTenant();
    await store.scopes.put(scope, { scope, name: "One" }, change());
    await store.groups.put(scope, "oncall", aGroup(scope), change());

    const written = await store.scopes.put(scope, { scope, name: "Two" }, change({ ifVersion }));
    const removed = await store.groups.remove(scope, "oncall", change({ ifVersion }));

    expect(written?.version).toBe(writes ? 2 : undefined);
    expect((await store.scopes.get(scope))?.value.name).toBe(writes ? "Two" : "One");
    expect(removed?.before?.value.id).toBe(writes ? "oncall" : undefined);
    expect(removed === undefined).toBe(!writes);
    expect(await store.groups.get(scope, "oncall").then((found) => found === undefined)).toBe(writes);
  });

  test("does not create what is expected to exist", async () => {
    const store = create();
    const scope = aTenant();

    const byVersion = await store.scopes.put(scope, { scope, name: "One" }, change({ ifVersion: [1] }));
    const byStar = await store.scopes.put(scope, { scope, name: "One" }, change({ ifVersion: "*" }));

    expect([byVersion, byStar, await store.scopes.get(scope)]).toEqual([undefined, undefined, undefined]);
  });

  test("deletes twice without complaint", async () => {
    const store = create();
    const scope = aTenant();
    await store.settings.put(scope, settingsOf(scope), change());

    const removals = [
      await store.settings.remove(scope, change()),
      await store.settings.remove(scope, change({ ifVersion: [1] })),
    ];

    expect(removals.map((removed) => removed?.before?.value.name)).toEqual(["Mail", undefined]);
    expect(removals).not.toContain(undefined);
    expect(await store.settings.get(scope)).toBeUndefined();
  });

  test("lists in pages, in the order of ids, without those of scopes with a similar name", async () => {
    const store = create();
    const scope = aTenant();
    for (const id of ["c", "a", "b"]) await store.rules.put(scope, id, aRule(scope, id), change());
    for (const other of [scopeOf(`${scope}.eng`), scopeOf(`${scope}-2`)]) {
      await store.rules.put(other, "z", aRule(other, "z"), change());
    }

    const first = await store.rules.list(scope, { limit: 2 });
    const second = await store.rules.list(scope, { limit: 2, cursor: first.cursor });

    expect(first.items.map(({ value }) => value.id)).toEqual(["a", "b"]);
    expect(second.items.map(({ value }) => value.id)).toEqual(["c"]);
    expect(second.cursor).toBeUndefined();
  });

  test("ends a list whose last page is exactly full", async () => {
    const store = create();
    const scope = aTenant();
    for (const id of ["a", "b"]) await store.rules.put(scope, id, aRule(scope, id), change());

    const page = await store.rules.list(scope, { limit: 2 });

    expect(page.cursor).toBeUndefined();
  });

  test.each([1, 2, 3, 100])("lists a scope and those below it, %i at a time", async (limit) => {
    const store = create();
    const tenant = aTenant();
    const eng = scopeOf(`${tenant}.eng`);
    for (const scope of [tenant, `${tenant}.eng-b`, eng, `${eng}.pay`, `${eng}.pay.api`, `${tenant}.ops`].map(
      scopeOf,
    )) {
      await store.scopes.put(scope, { scope, name: "x" }, change());
    }

    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.scopes.listWithin(eng, { limit, cursor });
      found.push(...page.items.map(({ value }) => value.scope));
      cursor = page.cursor;
    } while (cursor !== undefined);

    expect(found).toEqual([eng, `${eng}.pay`, `${eng}.pay.api`]);
  });

  test("knows tenants as long as their scope exists", async () => {
    const store = create();
    const [one, two] = [aTenant(), aTenant()];
    for (const scope of [one, two, scopeOf(`${one}.eng`)])
      await store.scopes.put(scope, { scope, name: "x" }, change());
    await store.scopes.remove(two, change());

    const { items } = await store.scopes.listTenants({ limit: 1000 });

    expect(items.filter((tenant) => [one, two].some((mine) => mine === tenant))).toEqual([one]);
  });

  test("names what a scope still holds", async () => {
    const store = create();
    const scope = aTenant();
    const below = scopeOf(`${scope}.eng`);
    const empty = await store.scopes.contentsOf(scope);
    await store.scopes.put(below, { scope: below, name: "x" }, change());
    await store.settings.put(scope, settingsOf(scope), change());
    await store.groups.put(scope, "oncall", aGroup(scope), change());
    await store.rules.put(scope, "r", aRule(scope, "r"), change());

    const full = await store.scopes.contentsOf(scope);

    expect(empty).toEqual([]);
    expect(full).toEqual(["sub-scopes", "mail settings", "groups", "rules"]);
  });

  test("keeps secret notes when settings are put again, and their version when a secret is noted", async () => {
    const store = create();
    const scope = aTenant();
    await store.settings.put(scope, settingsOf(scope), change());
    const noted = await store.settings.noteSecret(scope, "apiKey", note("v1"), change());
    await store.settings.noteSecret(scope, "password", note("v2"), change());
    await store.settings.noteSecret(scope, "apiKey", note("v3"), change());

    const written = await store.settings.put(scope, settingsOf(scope, "Other"), change());

    expect(noted).toEqual({ before: {} });
    expect(written).toMatchObject({ version: 2, secrets: { apiKey: note("v3"), password: note("v2") } });
  });

  test("forgets secret notes with the settings, or alone", async () => {
    const store = create();
    const [one, two] = [aTenant(), aTenant()];
    for (const scope of [one, two]) {
      await store.settings.put(scope, settingsOf(scope), change());
      await store.settings.noteSecret(scope, "apiKey", note("v1"), change());
    }

    await store.settings.forgetSecrets(one, change());
    await store.settings.remove(two, change());
    await store.settings.put(two, settingsOf(two), change());

    expect((await store.settings.get(one))?.secrets).toEqual({});
    expect((await store.settings.get(two))?.secrets).toEqual({});
  });

  test("notes no secret for settings that do not exist", async () => {
    const store = create();
    const scope = aTenant();

    const noted = await store.settings.noteSecret(scope, "apiKey", note("v1"), change());
    await store.settings.forgetSecrets(scope, change());

    expect(noted).toBeUndefined();
    expect(await store.settings.get(scope)).toBeUndefined();
  });
});
