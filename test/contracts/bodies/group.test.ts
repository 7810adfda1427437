import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupBody } from "../../../shared/contracts/bodies/group.ts";
import { parseBody } from "../../../shared/contracts/parse-body.ts";
import { issuesOf } from "../issues-of.ts";

describe("group body", () => {
  test("needs a name only", () => {
    const group = parseBody(groupBody, { name: "On call" });

    expect(group).toEqual({ name: "On call", members: [], aliases: [], notifyMembers: true });
  });

  test("normalises members and aliases", () => {
    const group = parseBody(groupBody, {
      name: "On call",
      members: [{ email: "Ada@ACME.example", name: " Ada " }],
      aliases: ["ops@Acme.example", "OPS@acme.example"],
      notifyMembers: false,
    });

    expect(group).toEqual({
      name: "On call",
      members: [{ email: "Ada@acme.example", name: "Ada" }],
      aliases: ["ops@acme.example"],
      notifyMembers: false,
    });
  });

  test("keeps a member named twice once, as first written", () => {
    const members = [
      { email: "ada@acme.example", name: "Ada" },
      { email: "bob@acme.example" },
      { email: "ADA@acme.example", name: "Countess" },
      { email: " bob@Acme.example " },
    ];

    const group = parseBody(groupBody, { name: "x", members });

    expect(group.members).toEqual([{ email: "ada@acme.example", name: "Ada" }, { email: "bob@acme.example" }]);
  });

  test("refuses a list with one malformed address, and names it", () => {
    const members = [{ email: "ada@acme.example" }, { email: "bob at acme" }, { email: "eve@acme.example" }];

    const issues = issuesOf(groupBody, { name: "x", members, aliases: ["a@x.example", "b@@x.example"] });

    expect(issues).toEqual([
      'members[1].email: "bob at acme" is not an e-mail address: must have exactly one "@", such as "ada@example.org"',
      'aliases[1]: "b@@x.example" is not an e-mail address: must have exactly one "@", such as "ada@example.org"',
    ]);
  });

  test("takes 500 members and no more", () => {
    const members = Array.from({ length: 501 }, (_, index) => ({ email: `m${index}@acme.example` }));

    expect(issuesOf(groupBody, { name: "x", members: members.slice(1) })).toEqual([]);
    expect(issuesOf(groupBody, { name: "x", members })).toEqual(["members: must have at most 500 items"]);
  });

  test("takes the least severity that it is mailed about", () => {
    expect(parseBody(groupBody, { name: "x", minSeverity: "error" }).minSeverity).toBe("error");
    expect(issuesOf(groupBody, { name: "x", minSeverity: "fatal" })).toEqual([
      'minSeverity: must be "info" or "success" or "warning" or "error"',
    ]);
  });

  test("lets no name through that could break out of a mail header", () => {
    const harmful = fc.constantFrom(
      "\r",
      "\n",
      "\0",
      "\u001b",
      "\u007f",
      "\u0085",
      "\u2028",
      "\u2029",
      "\ud800",
      "\udfff",
    );
    const around = fc.string({ unit: "grapheme", maxLength: 20 });

    fc.assert(
      fc.property(around, harmful, around, (before, bad, after) => {
        const issues = issuesOf(groupBody, { name: `${before}x${bad}x${after}` });

        expect(issues).toContain("name: must be one line without control characters");
      }),
    );
  });

  test.each(["Équipe 🚒", "नमस्ते", 'O\'Brien, "Ops" <x>', "a\u200db"])("takes the name %j", (name) => {
    const group = parseBody(groupBody, { name });

    expect(group.name).toBe(name);
  });
});
