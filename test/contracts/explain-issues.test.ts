import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { formatPath } from "../../shared/contracts/explain-issues.ts";
import { issuesOf } from "./issues-of.ts";

describe("explain issues", () => {
  test.each([
    { path: [], text: "" },
    { path: ["name"], text: "name" },
    { path: ["recipients", "emails", 2], text: "recipients.emails[2]" },
    { path: [0, "x"], text: "[0].x" },
    { path: ["data", "a b"], text: 'data["a b"]' },
    { path: ["x".repeat(200)], text: `["${"x".repeat(80)}"]` },
  ])("writes the path $text", ({ path, text }) => {
    expect(formatPath(path)).toBe(text);
  });

  test("tells a missing field from a wrong one", () => {
    const schema = z.strictObject({ a: z.string(), b: z.string() });

    const issues = issuesOf(schema, { b: 1 });

    expect(issues).toEqual(["a: is required and must be a text", "b: must be a text"]);
  });

  test("goes into the alternative that was meant", () => {
    const schema = z.union([z.literal("all"), z.array(z.strictObject({ id: z.string() }))]);

    const issues = issuesOf(schema, [{ id: 1 }]);

    expect(issues).toEqual(["[0].id: must be a text"]);
  });
});
