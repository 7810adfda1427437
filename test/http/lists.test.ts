import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import { GOOD_BODIES } from "../fakes/bodies.ts";
import { startWorld } from "../fakes/world.ts";

const ADMIN = "[acme:admin globex:admin]";

const startWithGroups = async () => {
  const api = await startWorld();
  for (const id of ["a", "b", "c"]) {
    await api.call("putGroup", { scope: "acme", id, groups: ADMIN, body: GOOD_BODIES.putGroup });
  }
  return api;
};

describe("lists", () => {
  test("go on where the page before ended, and end with a null cursor", async () => {
    const api = await startWithGroups();
    const list = (query: Record<string, string>) => api.call("listGroups", { scope: "acme", groups: ADMIN, query });

    const first = await list({ limit: "3" });
    const second = await list({ limit: "3", cursor: first.body.nextCursor });

    const ids = [first, second].map(({ body }) => body.items.map(({ id }: { id: string }) => id));
    expect(ids).toEqual([["a", "b", "c"], ["oncall"]]);
    expect(second.body.nextCursor).toBeNull();
  });

  test.each(["0", "101", "-1", "1.5", "", "x", "1,2", "1e1", "0x10"])("refuse the limit %j by name", async (limit) => {
    const api = await startWorld();

    const answered = await api.call("listGroups", { scope: "acme", groups: ADMIN, query: { limit } });

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path: "limit" }] } });
  });

  test.each([
    { title: "another scope's", operation: "listGroups", scope: "globex" },
    { title: "a sub-scope's", operation: "listGroups", scope: "acme.eng" },
    { title: "another list's", operation: "listRules", scope: "acme" },
  ] as const)("refuse $title cursor", async ({ operation, scope }) => {
    const api = await startWithGroups();
    const { body } = await api.call("listGroups", { scope: "acme", groups: ADMIN, query: { limit: "1" } });

    const answered = await api.call(operation, { scope, groups: ADMIN, query: { cursor: body.nextCursor } });

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path: "cursor" }] } });
  });

  test("refuse every cursor they did not make", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.string().map((position) => Buffer.from(position).toString("base64url")),
      fc.string().map((position) => encodeCursor("another list", position)),
      fc.nat({ max: 40 }).map((index) => {
        const cursor = encodeCursor("this list", "a position that is long enough");
        return `${cursor.slice(0, index)}${cursor[index] === "A" ? "B" : "A"}${cursor.slice(index + 1)}`;
      }),
    );

    fc.assert(
      fc.property(anything, (cursor) => {
        expect(() => decodeCursor("this list", cursor)).toThrow("The cursor is not acceptable.");
      }),
    );
  });

  test("read back every position they wrote", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (position) => {
        expect(decodeCursor("list", encodeCursor("list", position))).toBe(position);
      }),
    );
  });
});
