import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TemplateContentStore } from "../../shared/admin/ports.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import { createTemplateContents, keepTemplateContents } from "../../shared/store/template-store.ts";
import { aTenant } from "../fakes/config-documents.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";
import { createMemoryTemplateContents } from "../fakes/memory-template-contents.ts";

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(() => tables.stop());

const KINDS: { title: string; create: () => TemplateContentStore }[] = [
  { title: "the table", create: () => createTemplateContents(tables.config) },
  { title: "the fake in memory", create: createMemoryTemplateContents },
];

const CONTENT = { subject: "{{ status }}", html: "<p>é {{ message }}</p>" };

describe.each(KINDS)("template contents in $title", ({ create }) => {
  test("are found again under the name they were given, by their own tenant only", async () => {
    const store = create();
    const [tenant, other] = [tenantOf(aTenant()), tenantOf(aTenant())];

    const contentId = await store.put(tenant, { ...CONTENT, text: "x", locale: "de-AT" });

    expect(await store.get(tenant, contentId)).toEqual({ ...CONTENT, text: "x", locale: "de-AT" });
    expect(await store.get(other, contentId)).toBeUndefined();
    expect(await store.get(tenant, "0".repeat(64))).toBeUndefined();
  });

  test("have the same name when they are the same, and another one when anything differs", async () => {
    const store = create();
    const tenant = tenantOf(aTenant());

    const names = await Promise.all([
      store.put(tenant, CONTENT),
      store.put(tenant, { ...CONTENT, text: "{{ status }}" }),
      store.put(tenant, { ...CONTENT, locale: "{{ status }}" }),
      store.put(tenant, { subject: CONTENT.html, html: CONTENT.subject }),
    ]);

    expect(new Set(names).size).toBe(4);
    expect(await store.put(tenant, { ...CONTENT })).toBe(names[0]);
    expect(await store.get(tenant, names[0] ?? "")).toEqual(CONTENT);
  });
});

test("the name of a content in the table is its SHA-256", async () => {
  const store = createTemplateContents(tables.config);

  expect(await store.put(tenantOf(aTenant()), CONTENT)).toMatch(/^[0-9a-f]{64}$/);
});

describe("kept template contents", () => {
  const counted = () => {
    const asked: string[] = [];
    const kept = keepTemplateContents({
      get: async (tenant, contentId) => {
        asked.push(`${tenant}/${contentId}`);
        return contentId === "missing" ? undefined : { ...CONTENT, subject: contentId };
      },
    });
    return { asked, kept, tenant: tenantOf(aTenant()) };
  };

  test("are read once, for each tenant on its own", async () => {
    const { asked, kept, tenant } = counted();

    await kept.get(tenant, "one");
    await kept.get(tenant, "one");
    await kept.get(tenantOf(aTenant()), "one");

    expect(asked).toHaveLength(2);
    expect((await kept.get(tenant, "one"))?.subject).toBe("one");
  });

  test("are asked for again when they were missing", async () => {
    const { asked, kept, tenant } = counted();

    await kept.get(tenant, "missing");
    await kept.get(tenant, "missing");

    expect(asked).toHaveLength(2);
  });

  test("are not more than fifty: the one unused for longest goes first", async () => {
    const { asked, kept, tenant } = counted();
    await kept.get(tenant, "first");
    await kept.get(tenant, "second");
    for (let index = 0; index < 48; index += 1) await kept.get(tenant, `other-${index}`);
    await kept.get(tenant, "first");
    await kept.get(tenant, "one too many");
    asked.length = 0;

    await kept.get(tenant, "first");
    await kept.get(tenant, "second");

    expect(asked).toEqual([`${tenant}/second`]);
  });
});
