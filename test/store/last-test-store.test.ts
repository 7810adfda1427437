import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLastTestStore } from "../../shared/store/last-test-store.ts";
import { NOW, scopeOf } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const FAILED = {
  at: NOW.toISOString(),
  ok: false,
  code: "login-refused",
  hint: "Check the password.",
  settings: { version: 1, updatedAt: NOW.toISOString() },
} as const;

describe("the latest connection test", () => {
  test("is kept for each scope on its own, and the newest replaces the one before", async () => {
    const store = createLastTestStore(tables.config);
    const passed = { ...FAILED, ok: true, code: null, hint: null };

    await store.put(scopeOf("acme"), FAILED);
    await store.put(scopeOf("acme"), passed);
    await store.put(scopeOf("acme.eng"), FAILED);

    expect(await store.get(scopeOf("acme"))).toEqual(passed);
    expect(await store.get(scopeOf("acme.eng"))).toEqual(FAILED);
    expect(await store.get(scopeOf("globex"))).toBeUndefined();
  });
});
