import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chainOf,
  explainScope,
  isWithin,
  MAX_SCOPE_DEPTH,
  parentOf,
  parseScope,
  type Scope,
  SYSTEM,
  tenantOf,
} from "../../shared/domain/scope.ts";
import { scopeOf } from "../fakes/builders.ts";

const segment = fc.stringMatching(/^[a-z0-9-]{1,40}$/);

const path = fc.array(segment, { minLength: 1, maxLength: MAX_SCOPE_DEPTH }).map((segments) => segments.join("."));

/** Few names, so that scopes often lie within each other. */
const related = fc
  .array(fc.constantFrom("a", "ab", "a-b", "b"), { minLength: 1, maxLength: MAX_SCOPE_DEPTH })
  .map((segments) => scopeOf(segments.join(".")));

const anyScope: fc.Arbitrary<Scope> = fc.oneof({ weight: 9, arbitrary: related }, fc.constant<Scope>(SYSTEM));

describe("a scope", () => {
  test.each([
    "acme",
    "acme.eng",
    "acme.eng.payments.prod",
    "0",
    "-",
    "system",
    "systems",
    "aws-like",
    "acme.aws",
    "acme.system",
    "a".repeat(40),
  ])("can be %j", (text) => {
    const scope = parseScope(text);

    expect(scope).toBe(text);
    expect(explainScope(text)).toBeUndefined();
  });

  test.each([
    ["", "1 to 4 segments"],
    [".", "1 to 4 segments"],
    ["acme.", "1 to 4 segments"],
    [".acme", "1 to 4 segments"],
    ["acme..eng", "1 to 4 segments"],
    ["Acme", "1 to 4 segments"],
    ["acme eng", "1 to 4 segments"],
    ["acme/eng", "1 to 4 segments"],
    ["acme#eng", "1 to 4 segments"],
    ["acme\n", "1 to 4 segments"],
    ["aсme", "1 to 4 segments"],
    ["a.b.c.d.e", "1 to 4 segments"],
    ["a".repeat(41), "1 to 4 segments"],
    ["aws", 'reserved name "aws"'],
    ["aws.codepipeline", 'reserved name "aws"'],
    ["tidings", 'reserved name "tidings"'],
    ["tidings.x", 'reserved name "tidings"'],
    ["system.acme", "the root has no sub-scopes"],
  ])("cannot be %j, and the sentence says %j", (text, words) => {
    const scope = parseScope(text);

    expect(scope).toBeUndefined();
    expect(explainScope(text)).toContain(words);
  });

  test("is any path of one to four segments whose first one is not reserved", () => {
    fc.assert(
      fc.property(path, (text) => {
        fc.pre(!["aws", "tidings", "system"].includes(text.split(".")[0] ?? ""));

        expect(parseScope(text)).toBe(text);
      }),
    );
  });
});

describe("the chain of a scope", () => {
  test("leads from the scope over its parents and its tenant to system", () => {
    expect(chainOf(scopeOf("acme.eng.payments"))).toEqual(["acme.eng.payments", "acme.eng", "acme", "system"]);
    expect(chainOf(SYSTEM)).toEqual(["system"]);
  });

  test("begins with the scope, ends in system, and each step is the parent of the one before", () => {
    fc.assert(
      fc.property(anyScope, (scope) => {
        const chain = chainOf(scope);

        expect(chain[0]).toBe(scope);
        expect(chain.at(-1)).toBe(SYSTEM);
        expect(chain.slice(1)).toEqual(chain.slice(0, -1).map(parentOf));
      }),
    );
  });

  test("holds every scope the scope lies within, and no other", () => {
    fc.assert(
      fc.property(anyScope, anyScope, (inner, outer) => {
        expect(isWithin(inner, outer)).toBe(chainOf(inner).includes(outer));
      }),
    );
  });
});

describe("lying within", () => {
  test.each([
    ["acme", "acme", true],
    ["acme.eng", "acme", true],
    ["acme", "acme.eng", false],
    ["acme2", "acme", false],
    ["acme-eng.x", "acme", false],
    ["acme.engine", "acme.eng", false],
    ["acme", "system", true],
    ["system", "system", true],
    ["system", "acme", false],
  ])("is, of %j in %j, %j", (inner, outer, expected) => {
    expect(isWithin(scopeOf(inner), scopeOf(outer))).toBe(expected);
  });

  test("is transitive", () => {
    fc.assert(
      fc.property(anyScope, anyScope, anyScope, (a, b, c) => {
        if (isWithin(a, b) && isWithin(b, c)) expect(isWithin(a, c)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("never crosses from one tenant to another", () => {
    fc.assert(
      fc.property(related, related, (a, b) => {
        if (tenantOf(a) !== tenantOf(b)) expect(isWithin(a, b)).toBe(false);
      }),
    );
  });
});

test("a tenant is the first segment, and system belongs to itself", () => {
  expect(tenantOf(scopeOf("acme.eng.payments"))).toBe("acme");
  expect(tenantOf(SYSTEM)).toBe("system");
});
