import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Change, ConfigStore } from "../../shared/admin/ports.ts";
import { type Scope, SYSTEM, tenantOf } from "../../shared/domain/scope.ts";
import { expandAudience } from "../../shared/flow/notify/expand-audience.ts";
import { judgeRules } from "../../shared/flow/notify/match-rules.ts";
import type { RoutingConfig } from "../../shared/flow/ports.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { documentKey } from "../../shared/store/keys.ts";
import { createRoutingConfig } from "../../shared/store/routing-config.ts";
import { createSendingConfig } from "../../shared/store/sending-config.ts";
import { addressOf, aGroup, anEvent, aRule, NOW, scopeOf, settingsOf } from "../fakes/builders.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";

let tables: Tables;
let admin: ConfigStore;

beforeAll(async () => {
  tables = await startTables();
  admin = createConfigStore(tables.config);
});

afterAll(() => tables.stop());

const CHANGE: Change = { by: "ada", at: NOW };

let tenants = 0;

/** A tenant no other test has seen: all tests share one table. */
const aTenant = (): Scope => {
  tenants += 1;
  return scopeOf(`tenant-${tenants}`);
};

const rulesOf = (config: RoutingConfig, scope: Scope) => config.rulesAt(scope).rules.map(({ rule }) => rule);

describe("the configuration for deciding", () => {
  const load = async (scope: Scope) => {
    const config = (await createRoutingConfig(tables.config, () => NOW).load([tenantOf(scope)])).get(tenantOf(scope));
    if (config === undefined) throw new Error("not loaded");
    return config;
  };

  test("is what administrators wrote, by scope", async () => {
    const tenant = aTenant();
    const eng = scopeOf(`${tenant}.eng`);
    const [rule, engRule, group] = [
      aRule({ scope: tenant }),
      aRule({ scope: eng, minSeverity: "warning" }),
      aGroup({ scope: eng }),
    ];
    await admin.scopes.put(tenant, { scope: tenant, name: "Tenant" }, CHANGE);
    await admin.scopes.put(eng, { scope: eng, name: "Engineering" }, CHANGE);
    await admin.rules.put(tenant, rule.id, rule, CHANGE);
    await admin.rules.put(eng, engRule.id, engRule, CHANGE);
    await admin.groups.put(eng, group.id, group, CHANGE);

    const config = await load(tenant);

    expect(config.scopes).toEqual(new Set([tenant, eng]));
    expect(rulesOf(config, tenant)).toEqual([rule]);
    expect(rulesOf(config, eng)).toEqual([engRule]);
    expect(config.groupAt(eng, "oncall")).toEqual(group);
    expect(config.groupAt(tenant, "oncall")).toBeUndefined();
  });

  test("has overrides, templates with their version, brands and the domains that may be mailed", async () => {
    const tenant = aTenant();
    const override = { id: "org/repo #1", scope: tenant, mode: "muted" } as const;
    const template = { id: "default", scope: tenant, contentId: "c0ffee" };
    const brand = { scope: tenant, locale: "de" };
    await admin.scopes.put(tenant, { scope: tenant, name: "Tenant", recipientDomains: ["acme.example"] }, CHANGE);
    await admin.pipelines.put(tenant, override.id, override, CHANGE);
    await admin.templates.put(tenant, template.id, { ...template, contentId: "0ld" }, CHANGE);
    await admin.templates.put(tenant, template.id, template, CHANGE);
    await admin.brands.put(tenant, brand, CHANGE);

    const config = await load(tenant);

    expect(config.overrideAt(tenant, "org/repo #1")).toEqual(override);
    expect(config.templateAt(tenant, "default")).toEqual({ ...template, version: 2 });
    expect(config.brandAt(tenant)).toEqual(brand);
    expect(config.recipientDomains).toEqual(["acme.example"]);
  });

  test("is there for everything else when one rule was spoilt in the table", async () => {
    const tenant = aTenant();
    const Item = { ...documentKey("RULE", tenant, "spoilt"), kind: "RULE", v: 1, doc: { id: "spoilt", scope: tenant } };
    await tables.config.client.send(new PutCommand({ TableName: tables.config.name, Item }));
    await admin.rules.put(tenant, "whole", aRule({ scope: tenant, id: "whole" }), CHANGE);

    const index = (await load(tenant)).rulesAt(tenant);

    const situation = { event: anEvent(), outcomeBefore: undefined, receivedAt: NOW.toISOString() };
    expect(judgeRules(situation, index.rules)).toMatchObject([
      {
        id: "spoilt",
        matched: false,
        reason: expect.stringContaining("has to be saved again: events must be a list."),
      },
      { id: "whole", matched: true },
    ]);
  });

  test("holds everybody whom a spoilt group leaves over, and every other group", async () => {
    const tenant = aTenant();
    const rule = aRule({ scope: tenant, recipients: { emails: [], groups: ["nothing", "half", "whole"] } });
    const put = (id: string, doc: unknown) => {
      const Item = { ...documentKey("GROUP", tenant, id), kind: "GROUP", v: 1, version: 1, doc };
      return tables.config.client.send(new PutCommand({ TableName: tables.config.name, Item }));
    };
    await put("nothing", null);
    await put("half", { id: "half", scope: tenant, members: [{ email: "a@x.example" }, { email: "no address" }, 7] });
    await put("whole", aGroup({ id: "whole", scope: tenant, members: [{ email: addressOf("b@x.example") }] }));

    const config = await load(tenant);
    const audience = expandAudience({
      rules: [rule],
      otherRules: [],
      event: anEvent(),
      findGroup: config.groupAt,
      recipientDomains: config.recipientDomains,
      suppressed: config.suppressed,
    });

    expect(audience.recipients.map(({ address }) => address)).toEqual(["a@x.example", "b@x.example"]);
    expect(audience.others.map(({ address, outcome }) => [address, outcome])).toEqual([
      ["no address", "not-an-address"],
      ["7", "not-an-address"],
    ]);
    expect(audience.problems).toEqual([
      `Rule ${tenant}/on-failure: group "nothing" does not exist.`,
      `Group ${tenant}/half has no list of aliases: save it again.`,
    ]);
  });

  test("is empty for a tenant that does not exist", async () => {
    const tenant = aTenant();
    const config = await load(tenant);

    expect(config.scopes.size).toBe(0);
    expect(rulesOf(config, tenant)).toEqual([]);
  });

  test("is in force with the next load after a change, also after a deletion", async () => {
    const tenant = aTenant();
    const source = createRoutingConfig(tables.config, () => NOW);
    const rulesNow = async () =>
      (await source.load([tenantOf(tenant)])).get(tenantOf(tenant))?.rulesAt(tenant).rules.length;

    expect(await rulesNow()).toBe(0);
    await admin.rules.put(tenant, "on-failure", aRule({ scope: tenant }), CHANGE);
    expect(await rulesNow()).toBe(1);
    await admin.rules.remove(tenant, "on-failure", CHANGE);
    expect(await rulesNow()).toBe(0);
  });

  test("passes over documents of a layout it does not know", async () => {
    const tenant = aTenant();
    const Item = { ...documentKey("RULE", tenant, "later"), kind: "RULE", v: 2, doc: { scope: tenant } };
    await tables.config.client.send(new PutCommand({ TableName: tables.config.name, Item }));

    expect(rulesOf(await load(tenant), tenant)).toEqual([]);
  });

  test("holds as much as a tenant has, over the pages of the table", async () => {
    const tenant = aTenant();
    const stages = Array.from({ length: 50 }, (_, index) => String(index).padStart(250, "x"));
    const rules = Array.from({ length: 100 }, (_, index) => aRule({ id: `rule-${index}`, scope: tenant, stages }));
    await Promise.all(rules.map((rule) => admin.rules.put(tenant, rule.id, rule, CHANGE)));

    expect(rulesOf(await load(tenant), tenant)).toHaveLength(100);
  });
});

describe("the configuration for sending", () => {
  const FIRST = { version: 1, updatedAt: CHANGE.at.toISOString() };

  const load = async (scope: Scope) =>
    (await createSendingConfig(tables.config, () => NOW).load([tenantOf(scope)])).get(tenantOf(scope));

  test("is the settings of each scope with their edition and the notes of their secrets", async () => {
    const tenant = aTenant();
    const eng = scopeOf(`${tenant}.eng`);
    const note = { versionId: "v1", updatedAt: NOW.toISOString(), binding: "sendgrid" };
    await admin.settings.put(tenant, settingsOf(tenant).settings, CHANGE);
    await admin.settings.put(eng, settingsOf(eng, { mode: "inherit" }).settings, CHANGE);
    await admin.settings.noteSecret(tenant, "apiKey", note, CHANGE);

    expect((await load(tenant))?.settings).toEqual(
      new Map([
        [tenant, { ...settingsOf(tenant, {}, { apiKey: note }), ...FIRST }],
        [eng, { ...settingsOf(eng, { mode: "inherit" }), ...FIRST }],
      ]),
    );
  });

  test("has the operator's settings whoever is asked for", async () => {
    await admin.settings.put(SYSTEM, settingsOf("system").settings, CHANGE);

    const configs = await createSendingConfig(tables.config, () => NOW).load([]);

    expect(configs.get(SYSTEM)?.settings.get(SYSTEM)).toMatchObject(settingsOf("system"));
  });

  test("follows a rotated secret with the next load", async () => {
    const tenant = aTenant();
    const source = createSendingConfig(tables.config, () => NOW);
    const version = async () =>
      (await source.load([tenantOf(tenant)])).get(tenantOf(tenant))?.settings.get(tenant)?.secrets.apiKey?.versionId;
    await admin.settings.put(tenant, settingsOf(tenant).settings, CHANGE);
    const note = { updatedAt: NOW.toISOString(), binding: "sendgrid" };

    await admin.settings.noteSecret(tenant, "apiKey", { ...note, versionId: "v1" }, CHANGE);
    expect(await version()).toBe("v1");
    await admin.settings.noteSecret(tenant, "apiKey", { ...note, versionId: "v2" }, CHANGE);
    expect(await version()).toBe("v2");
    await admin.settings.forgetSecrets(tenant, CHANGE);
    expect(await version()).toBeUndefined();
  });
});
