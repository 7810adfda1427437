import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diff, type FieldChange } from "../../shared/domain/diff.ts";

describe("diff", () => {
  test.each([
    {
      title: "a field that changed",
      before: { a: 1, b: 2 },
      after: { a: 1, b: 3 },
      changes: [{ path: "b", before: 2, after: 3 }],
    },
    { title: "a field that came", before: {}, after: { a: null }, changes: [{ path: "a", after: null }] },
    { title: "a field that went", before: { a: false }, after: {}, changes: [{ path: "a", before: false }] },
    {
      title: "a field within a field",
      before: { provider: { host: "a", port: 1 } },
      after: { provider: { host: "b", port: 1 } },
      changes: [{ path: "provider.host", before: "a", after: "b" }],
    },
    {
      title: "somebody who left a list",
      before: { members: ["ada", "bob", "cy"] },
      after: { members: ["bob", "cy"] },
      changes: [{ path: "members[0]", before: "ada" }],
    },
    {
      title: "two who left",
      before: { members: ["ada", "bob", "cy"] },
      after: { members: ["cy"] },
      changes: [
        { path: "members[1]", before: "bob" },
        { path: "members[0]", before: "ada" },
      ],
    },
    {
      title: "somebody who joined in the middle",
      before: { members: ["ada", "cy"] },
      after: { members: ["ada", "bob", "cy"] },
      changes: [{ path: "members[1]", after: "bob" }],
    },
    {
      title: "a name within a list",
      before: { members: [{ email: "a@x" }, { email: "b@x", name: "Bob" }] },
      after: { members: [{ email: "a@x" }, { email: "b@x", name: "Bobby" }] },
      changes: [{ path: "members[1].name", before: "Bob", after: "Bobby" }],
    },
    { title: "null and nothing", before: { a: null }, after: { a: undefined }, changes: [{ path: "a", before: null }] },
    {
      title: "a list that became a text",
      before: { a: [1] },
      after: { a: "x" },
      changes: [{ path: "a", before: [1], after: "x" }],
    },
  ])("tells $title", ({ before, after, changes }) => {
    expect(diff(before, after)).toEqual(changes);
  });

  test("counts a document that is not there as one without fields", () => {
    expect(diff(undefined, { a: 1 })).toEqual([{ path: "a", after: 1 }]);
    expect(diff({ a: 1 }, undefined)).toEqual([{ path: "a", before: 1 }]);
    expect(diff(undefined, undefined)).toEqual([]);
  });

  test("is empty for the same document, whatever the order of its fields", () => {
    expect(diff({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1, e: undefined })).toEqual([]);
  });

  test("leads from any document to any other", () => {
    fc.assert(
      fc.property(documents, documents, (before, after) => {
        expect(apply(before, diff(before, after))).toEqual(after);
      }),
    );
  });

  test("leads back when it is read backwards", () => {
    fc.assert(
      fc.property(documents, documents, (before, after) => {
        const backwards = diff(before, after)
          .toReversed()
          .map(({ path, ...values }) => ({
            path,
            ...("after" in values ? { before: values.after } : {}),
            ...("before" in values ? { after: values.before } : {}),
          }));

        expect(apply(after, backwards)).toEqual(before);
      }),
    );
  });
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

/** Documents of few names and values, so that two of them have much in common. */
const { documents } = fc.letrec<{ value: Json; documents: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom<Json>(null, true, false, 0, 1, "", "x"),
    fc.array(tie("value"), { maxLength: 5 }),
    tie("documents"),
  ),
  documents: fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("value"), { noNullPrototype: true }),
}));

/** Applies changes as their documentation says. */
const apply = (document: JsonObject, changes: readonly FieldChange[]): JsonObject => {
  const result = structuredClone(document);
  for (const change of changes) applyOne(result, change);
  return result;
};

const applyOne = (document: JsonObject, { path, ...values }: FieldChange): void => {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  const last = steps.pop() ?? "";
  // biome-ignore lint/suspicious/noExplicitAny: a walk through any JSON.
  const parent = steps.reduce<any>((node, step) => node[step], document);
  const value = structuredClone(values.after);
  if (Array.isArray(parent))
    parent.splice(Number(last), "before" in values ? 1 : 0, ...("after" in values ? [value] : []));
  else if ("after" in values) parent[last] = value;
  else delete parent[last];
};
