import { describe, expect, test } from "vitest";
import { auditHomeOf, diffSecrets, fitChanges } from "../../shared/domain/audit.ts";
import { note, scopeOf } from "../fakes/config-documents.ts";

describe("changes of secrets", () => {
  test("tell which kinds were given, replaced and deleted, and nothing else", () => {
    const before = { password: note("v1"), apiKey: note("v2"), clientSecret: note("v3") };
    const after = { password: note("v4"), apiKey: note("v2"), proxyPassword: note("v5") };

    const changes = diffSecrets(before, after);

    expect(changes).toEqual([
      { path: "credentials.password", before: "given", after: "replaced" },
      { path: "credentials.proxyPassword", after: "given" },
      { path: "credentials.clientSecret", before: "given", after: "deleted" },
    ]);
  });
});

describe("what an entry holds", () => {
  test("keeps what fits as it is", () => {
    const changes = [
      { path: "name", before: "A", after: null },
      { path: "b", after: [1] },
    ];

    expect(fitChanges(changes)).toEqual({ changes, omittedChanges: 0 });
  });

  test("gives a value without room by its size, and goes on with the next", () => {
    const changes = [
      { path: "caPem", before: "x".repeat(70_000), after: "short" },
      { path: "members[0]", before: "ada" },
    ];

    expect(fitChanges(changes)).toEqual({
      changes: [
        { path: "caPem", before: { omittedBytes: 70_002 }, after: "short" },
        { path: "members[0]", before: "ada" },
      ],
      omittedChanges: 0,
    });
  });

  test("fits a bus event and a table item however much was changed", () => {
    const changes = Array.from({ length: 10_000 }, (_, index) => ({
      path: `members[${index}]`,
      after: "ä".repeat(300),
    }));

    const fitted = fitChanges(changes);

    expect(Buffer.byteLength(JSON.stringify(fitted))).toBeLessThan(128 * 1024);
    expect(fitted.changes.length + fitted.omittedChanges).toBe(10_000);
  });
});

test.each([
  { scope: "acme.eng", action: "deleteScope", home: "acme" },
  { scope: "acme", action: "putScope", home: "acme" },
  { scope: "acme", action: "deleteScope", home: "system" },
  { scope: "system", action: "putMailSettings", home: "system" },
])("$action of $scope stands in the list of $home", ({ scope, action, home }) => {
  expect(auditHomeOf({ scope: scopeOf(scope), action })).toBe(home);
});
