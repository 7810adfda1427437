import { describe, expect, test } from "vitest";
import { createAuditTrail } from "../../shared/admin/audit.ts";
import { auditedConfig } from "../../shared/admin/audited-config.ts";
import type { AuditTrail } from "../../shared/admin/ports.ts";
import type { AuditedChange } from "../../shared/domain/audit.ts";
import { aGroup, aRule, change, note, scopeOf, settingsOf } from "../fakes/config-documents.ts";
import { createMemoryAudit } from "../fakes/memory-audit.ts";
import { createMemoryConfigStore } from "../fakes/memory-config-store.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryPublisher } from "../fakes/memory-publisher.ts";

const ACME = scopeOf("acme");

const RENAMED: AuditedChange = {
  at: "2026-11-20T12:00:00.000Z",
  by: "ada",
  byName: "Ada",
  scope: ACME,
  action: "putScope",
  target: "scope",
  changes: [{ path: "name", before: "Acme", after: "Acme Inc" }],
};

const refuse = () => Promise.reject(new Error("it is down"));

describe("audit trail", () => {
  test("stores an entry and publishes the same", async () => {
    const [audit, publisher] = [createMemoryAudit(), createMemoryPublisher()];

    await createAuditTrail({ audit, publisher, log: createMemoryLog() }).record(RENAMED);

    const entry = { ...RENAMED, id: expect.stringMatching(/^[0-9a-f-]{36}$/), omittedChanges: 0 };
    expect(audit.entries).toEqual([entry]);
    expect(publisher.published).toEqual([{ detailType: "Audit", detail: audit.entries[0] }]);
  });

  test("only logs that the bus did not take it", async () => {
    const [audit, log] = [createMemoryAudit(), createMemoryLog()];

    await createAuditTrail({ audit, publisher: { publish: refuse }, log }).record(RENAMED);

    expect(audit.entries).toHaveLength(1);
    expect(log.lines.map(({ level, event }) => `${level} ${event}`)).toEqual(["error audit.unpublished"]);
  });

  test("fails when it cannot be stored, but publishes it, and logs who changed what but not how", async () => {
    const [publisher, log] = [createMemoryPublisher(), createMemoryLog()];

    const recording = createAuditTrail({ audit: { append: refuse }, publisher, log }).record(RENAMED);

    await expect(recording).rejects.toThrow("it is down");
    expect(publisher.published).toMatchObject([{ detailType: "Audit", detail: RENAMED }]);
    expect(log.lines).toMatchObject([
      {
        level: "error",
        event: "audit.lost",
        fields: { by: "ada", scope: "acme", action: "putScope", target: "scope" },
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain("Acme Inc");
  });

  test("fails as the table did when neither takes it, and logs both", async () => {
    const log = createMemoryLog();
    const busIsDown = () => Promise.reject(new Error("the bus is down"));

    const recording = createAuditTrail({ audit: { append: refuse }, publisher: { publish: busIsDown }, log }).record(
      RENAMED,
    );

    await expect(recording).rejects.toThrow("it is down");
    expect(log.lines.map(({ event }) => event)).toEqual(["audit.lost", "audit.unpublished"]);
  });
});

/** A config store that is audited, with what the trail was told. */
const startConfig = () => {
  const recorded: AuditedChange[] = [];
  const trail: AuditTrail = { record: async (entry) => void recorded.push(entry) };
  return { config: auditedConfig(createMemoryConfigStore(), trail), recorded };
};

describe("audited configuration", () => {
  test("tells who changed what from what into what", async () => {
    const { config, recorded } = startConfig();
    await config.groups.put(ACME, "oncall", aGroup(ACME), change());

    await config.groups.put(ACME, "oncall", { ...aGroup(ACME), name: "On duty" }, change({ by: "bob", byName: "Bob" }));

    expect(recorded[1]).toEqual({
      at: "2026-11-20T12:00:00.000Z",
      by: "bob",
      byName: "Bob",
      scope: "acme",
      action: "putGroup",
      target: "group oncall",
      changes: [{ path: "name", before: "On call", after: "On duty" }],
    });
  });

  test("tells every kind of change by the operation's name", async () => {
    const { config, recorded } = startConfig();

    await config.scopes.put(ACME, { scope: ACME, name: "Acme" }, change());
    await config.settings.put(ACME, settingsOf(ACME), change());
    await config.settings.noteSecret(ACME, "apiKey", note("v1"), change());
    await config.settings.forgetSecrets(ACME, change());
    await config.settings.remove(ACME, change());
    await config.groups.put(ACME, "oncall", aGroup(ACME), change());
    await config.groups.remove(ACME, "oncall", change());
    await config.rules.put(ACME, "all", aRule(ACME, "all"), change());
    await config.rules.remove(ACME, "all", change());
    await config.scopes.remove(ACME, change());

    expect(recorded.map(({ action, target }) => `${action} ${target}`)).toEqual([
      "putScope scope",
      "putMailSettings mail-settings",
      "putCredentials credentials",
      "deleteCredentials credentials",
      "deleteMailSettings mail-settings",
      "putGroup group oncall",
      "deleteGroup group oncall",
      "putRule rule all",
      "deleteRule rule all",
      "deleteScope scope",
    ]);
  });

  test("does not tell what changed nothing", async () => {
    const { config, recorded } = startConfig();
    await config.settings.put(ACME, settingsOf(ACME), change());
    recorded.length = 0;

    await config.settings.put(ACME, settingsOf(ACME), change());
    await config.settings.put(ACME, settingsOf(ACME, "Other"), change({ ifVersion: [9] }));
    await config.settings.forgetSecrets(ACME, change());
    await config.settings.noteSecret(scopeOf("nobody"), "apiKey", note("v1"), change());
    await config.rules.remove(ACME, "none", change());
    await config.settings.remove(ACME, change({ ifVersion: [9] }));

    expect(recorded).toEqual([]);
  });

  test("shows secrets as given, replaced and deleted", async () => {
    const { config, recorded } = startConfig();
    await config.settings.put(ACME, settingsOf(ACME), change());
    recorded.length = 0;

    await config.settings.noteSecret(ACME, "apiKey", note("version-1"), change());
    await config.settings.noteSecret(ACME, "apiKey", note("version-2"), change());
    await config.settings.noteSecret(ACME, "password", note("version-3"), change());
    await config.settings.remove(ACME, change());

    expect(recorded.slice(0, 3).map(({ changes }) => changes)).toEqual([
      [{ path: "credentials.apiKey", after: "given" }],
      [{ path: "credentials.apiKey", before: "given", after: "replaced" }],
      [{ path: "credentials.password", after: "given" }],
    ]);
    expect(recorded[3]?.changes).toContainEqual({ path: "credentials.apiKey", before: "given", after: "deleted" });
    expect(JSON.stringify(recorded)).not.toContain("version-");
  });

  test("answers what the store answers, and reads as it reads", async () => {
    const plain = createMemoryConfigStore();
    const config = auditedConfig(plain, { record: async () => undefined });

    const written = await config.rules.put(ACME, "all", aRule(ACME, "all"), change());

    expect(written).toMatchObject({ value: { id: "all" }, version: 1, before: undefined });
    expect(await config.rules.get(ACME, "all")).toEqual(await plain.rules.get(ACME, "all"));
    expect(await config.rules.list(ACME, { limit: 10 })).toEqual(await plain.rules.list(ACME, { limit: 10 }));
  });
});
