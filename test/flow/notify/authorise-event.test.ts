import { describe, expect, test } from "vitest";
import { explainRefusal, tenantOfSource } from "../../../shared/flow/notify/authorise-event.ts";
import { scopeOf, tenantNamed } from "../../fakes/builders.ts";

describe("the tenant a source speaks for", () => {
  test.each([
    ["acme", "acme"],
    ["acme.deploy-bot", "acme"],
    ["acme.a.b.c.d.e.f", "acme"],
    ["acme.Capital Letters", "acme"],
    ["acme-2.ci", "acme-2"],
  ])("is, for %j, %j", (source, tenant) => {
    expect(tenantOfSource(source)).toBe(tenant);
  });

  test.each(["", ".", ".acme", "Acme.ci", "aws.codepipeline", "aws", "tidings", "system", "system.ci", "a b", "a#b"])(
    "is nobody for %j",
    (source) => {
      expect(tenantOfSource(source)).toBeUndefined();
    },
  );
});

describe("an event", () => {
  const scopes = new Set([scopeOf("acme"), scopeOf("acme.eng")]);
  const refusalFor = (scope: string) => explainRefusal(tenantNamed("acme"), { scope: scopeOf(scope) }, scopes);

  test("may speak for scopes of its source's tenant that exist", () => {
    expect(refusalFor("acme")).toBeUndefined();
    expect(refusalFor("acme.eng")).toBeUndefined();
  });

  test.each(["globex", "acme2.eng", "system"])("may not speak for %s, which is not its source's", (scope) => {
    expect(refusalFor(scope)).toContain(`detail.scope "${scope}" does not belong to "acme"`);
  });

  test("may not speak for a scope that does not exist", () => {
    expect(refusalFor("acme.enng")).toContain('detail.scope "acme.enng" does not exist. Create it with PUT');
  });
});
