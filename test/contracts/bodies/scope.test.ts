import { describe, expect, test } from "vitest";
import { scopeBody } from "../../../shared/contracts/bodies/scope.ts";
import { parseBody } from "../../../shared/contracts/parse-body.ts";
import { issuesOf } from "../issues-of.ts";

describe("scope body", () => {
  test("needs nothing", () => {
    expect(parseBody(scopeBody, {})).toEqual({});
  });

  test("normalises the domains that may be mailed", () => {
    const recipientDomains = ["Acme.Example", "*.ACME.example", "münchen.example", "acme.example"];

    expect(parseBody(scopeBody, { recipientDomains }).recipientDomains).toEqual([
      "acme.example",
      "*.acme.example",
      "xn--mnchen-3ya.example",
    ]);
  });

  test.each(["", "acme", "*", "*.", "*.com", "a.*.example", "**.acme.example", "@acme.example", "ada@acme.example"])(
    "refuses %j as a domain, and says what one is",
    (domain) => {
      const [issue, ...more] = issuesOf(scopeBody, { recipientDomains: ["ok.example", domain] });

      expect(more).toEqual([]);
      expect(issue).toMatch(/^recipientDomains\[1\]: must .*; "\*\." in front of it stands for all its sub-domains$/);
    },
  );

  test("takes 100 domains and no more", () => {
    const recipientDomains = Array.from({ length: 101 }, (_, index) => `d${index}.example`);

    expect(issuesOf(scopeBody, { recipientDomains: recipientDomains.slice(1) })).toEqual([]);
    expect(issuesOf(scopeBody, { recipientDomains })).toEqual(["recipientDomains: must have at most 100 items"]);
  });
});
