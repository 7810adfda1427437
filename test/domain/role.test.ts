import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Grant, holds, mayKnowOf, parseGrants, ROLES, type Role } from "../../shared/domain/role.ts";
import { isWithin, SYSTEM, tenantOf } from "../../shared/domain/scope.ts";
import { scopeOf } from "../fakes/builders.ts";

const grant = (scope: string, role: Role): Grant => ({ scope: scopeOf(scope), role });

const scope = fc.constantFrom("system", "acme", "acme.eng", "acme.eng.payments", "acme2", "globex").map(scopeOf);

const grants = fc.array(fc.record({ scope, role: fc.constantFrom(...ROLES) }), { maxLength: 4 });

describe("grants", () => {
  test("are read from the values of the form scope:role", () => {
    const parsed = parseGrants(["acme:admin", "acme.eng:viewer", "system:publisher"]);

    expect(parsed).toEqual([grant("acme", "admin"), grant("acme.eng", "viewer"), grant("system", "publisher")]);
  });

  test.each([
    "",
    ":",
    "acme",
    "acme:",
    ":admin",
    "acme:owner",
    "acme:Admin",
    "Acme:admin",
    "acme:admin:x",
    "acme :admin",
    "acme:admin ",
    "aws:admin",
    "acme.*:admin",
    "acme:constructor",
    "a.b.c.d.e:admin",
  ])("are not in %j", (value) => {
    expect(parseGrants([value])).toEqual([]);
  });

  test("are never more than the values, whatever these are", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (values) => {
        expect(parseGrants(values).length).toBeLessThanOrEqual(values.length);
      }),
    );
  });
});

describe("a role", () => {
  test.each<[Role, Role[]]>([
    ["admin", ["admin", "editor", "viewer", "publisher"]],
    ["editor", ["editor", "viewer"]],
    ["viewer", ["viewer"]],
    ["publisher", ["publisher"]],
  ])("%s may do the work of %j and of no other", (held, included) => {
    const allowed = ROLES.filter((role) => holds([grant("acme", held)], role, scopeOf("acme")));

    expect(allowed).toEqual(included);
  });

  test("holds at its scope and below, not above and not beside", () => {
    const held = [grant("acme.eng", "viewer")];

    expect(holds(held, "viewer", scopeOf("acme.eng"))).toBe(true);
    expect(holds(held, "viewer", scopeOf("acme.eng.payments"))).toBe(true);
    expect(holds(held, "viewer", scopeOf("acme"))).toBe(false);
    expect(holds(held, "viewer", scopeOf("acme.engine"))).toBe(false);
    expect(holds(held, "viewer", SYSTEM)).toBe(false);
  });

  test("of system holds everywhere", () => {
    const held = [grant("system", "admin")];

    expect(holds(held, "editor", scopeOf("globex.shop"))).toBe(true);
  });

  test("is never gained by losing grants", () => {
    fc.assert(
      fc.property(grants, fc.constantFrom(...ROLES), scope, (held, role, at) => {
        if (holds(held.slice(1), role, at)) expect(holds(held, role, at)).toBe(true);
      }),
    );
  });

  test("comes only from a grant at the scope or above it", () => {
    fc.assert(
      fc.property(grants, fc.constantFrom(...ROLES), scope, (held, role, at) => {
        if (holds(held, role, at)) expect(held.some((one) => isWithin(at, one.scope))).toBe(true);
      }),
    );
  });
});

describe("knowing of a scope", () => {
  test("takes a grant anywhere in its tenant, or at system", () => {
    expect(mayKnowOf([grant("acme.eng", "publisher")], scopeOf("acme.sales"))).toBe(true);
    expect(mayKnowOf([grant("system", "viewer")], scopeOf("acme"))).toBe(true);
    expect(mayKnowOf([grant("acme2", "admin")], scopeOf("acme"))).toBe(false);
    expect(mayKnowOf([grant("acme", "admin")], SYSTEM)).toBe(false);
    expect(mayKnowOf([], scopeOf("acme"))).toBe(false);
  });

  test("goes with every role that somebody holds there", () => {
    fc.assert(
      fc.property(grants, fc.constantFrom(...ROLES), scope, (held, role, at) => {
        if (holds(held, role, at)) expect(mayKnowOf(held, at)).toBe(true);
      }),
    );
  });

  test("of a tenant is never given by another tenant's grants", () => {
    fc.assert(
      fc.property(grants, scope, (held, at) => {
        const foreign = held.filter((one) => one.scope !== SYSTEM && tenantOf(one.scope) !== tenantOf(at));

        expect(mayKnowOf(foreign, at)).toBe(false);
      }),
    );
  });
});
