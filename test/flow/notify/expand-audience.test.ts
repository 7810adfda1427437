import { describe, expect, test } from "vitest";
import type { Group } from "../../../shared/domain/group.ts";
import type { Rule } from "../../../shared/domain/rule.ts";
import { type AudienceInput, expandAudience } from "../../../shared/flow/notify/expand-audience.ts";
import { addressOf, aGroup, anEvent, aRule, scopeOf } from "../../fakes/builders.ts";

const ADA = addressOf("ada@acme.example");
const BOB = addressOf("bob@acme.example");
const LIST = addressOf("oncall@acme.example");

/** The audience of a failed pipeline, unless something else is given. */
const expand = (rules: readonly Rule[], groups: readonly Group[] = [], different: Partial<AudienceInput> = {}) =>
  expandAudience({
    rules,
    otherRules: [],
    event: anEvent(),
    findGroup: (scope, id) => groups.find((group) => group.scope === scope && group.id === id),
    recipientDomains: [],
    suppressed: new Map(),
    ...different,
  });

/** A rule at a scope that mails one group. */
const ruleFor = (scope: string, reference: string): Rule =>
  aRule({ scope: scopeOf(scope), recipients: { emails: [], groups: [reference] } });

/** A group at a scope with one alias that names its place. */
const groupAt = (scope: string, id = "oncall"): Group =>
  aGroup({ id, scope: scopeOf(scope), aliases: [addressOf(`${id}@${scope}.example`)] });

const addressesOf = ({ recipients }: ReturnType<typeof expand>) => recipients.map(({ address }) => address);

describe("the audience of rules", () => {
  test("has the addresses a rule names, with the rule as the way in", () => {
    const rule = aRule({ recipients: { emails: [ADA, BOB], groups: [] } });

    expect(expand([rule])).toEqual({
      recipients: [
        { address: ADA, via: ["rule acme/on-failure"], ruleIds: ["acme/on-failure"], rules: [rule] },
        { address: BOB, via: ["rule acme/on-failure"], ruleIds: ["acme/on-failure"], rules: [rule] },
      ],
      others: [],
      problems: [],
      suppressed: 0,
      unsubscribed: 0,
      tooMany: false,
      found: 2,
    });
  });

  test("has a group's aliases and members", () => {
    const group = aGroup({ members: [{ email: ADA, name: "Ada" }, { email: BOB }], aliases: [LIST] });

    const audience = expand([ruleFor("acme", "oncall")], [group]);

    expect(addressesOf(audience)).toEqual([LIST, ADA, BOB]);
    expect(audience.recipients[0]?.via).toEqual(["group acme/oncall (rule acme/on-failure)"]);
  });

  test("has only the aliases of a group that does not notify its members", () => {
    const group = aGroup({ members: [{ email: ADA }], aliases: [LIST], notifyMembers: false });

    expect(addressesOf(expand([ruleFor("acme", "oncall")], [group]))).toEqual([LIST]);
  });

  test("is empty, without a problem, for a group of nobody", () => {
    expect(expand([ruleFor("acme", "oncall")], [aGroup()])).toMatchObject({ recipients: [], others: [], problems: [] });
  });

  test("has each address once, with every way it came in and every rule behind it", () => {
    const rules = [
      aRule({ id: "one", recipients: { emails: [ADA, addressOf("ADA@acme.example")], groups: ["oncall"] } }),
      aRule({ id: "two", recipients: { emails: [addressOf("Ada@Acme.Example")], groups: ["oncall", "oncall"] } }),
    ];

    const audience = expand(rules, [aGroup({ members: [{ email: ADA }], aliases: [ADA] })]);

    expect(audience.recipients).toEqual([
      {
        address: ADA,
        via: [
          "rule acme/one",
          "rule acme/two",
          "group acme/oncall (rule acme/one)",
          "group acme/oncall (rule acme/two)",
        ],
        ruleIds: ["acme/one", "acme/two"],
        rules,
      },
    ]);
  });
});

describe("a group's name without scope", () => {
  test("is the nearest group of that name, upwards from the rule", () => {
    const groups = [groupAt("system"), groupAt("acme"), groupAt("acme.eng")];

    expect(addressesOf(expand([ruleFor("acme.eng.payments", "oncall")], groups))).toEqual(["oncall@acme.eng.example"]);
    expect(addressesOf(expand([ruleFor("acme.sales", "oncall")], groups))).toEqual(["oncall@acme.example"]);
  });

  test("is never found below the rule", () => {
    const audience = expand([ruleFor("acme", "oncall")], [groupAt("acme.eng")]);

    expect(audience).toMatchObject({
      recipients: [],
      problems: ['Rule acme/on-failure: group "oncall" does not exist.'],
    });
  });
});

describe("a group's name with scope", () => {
  test("is that scope's group, also when a nearer one has the name", () => {
    const groups = [groupAt("acme"), groupAt("acme.eng")];

    expect(addressesOf(expand([ruleFor("acme.eng", "acme:oncall")], groups))).toEqual(["oncall@acme.example"]);
  });

  test("may be the operator's", () => {
    expect(addressesOf(expand([ruleFor("acme", "system:oncall")], [groupAt("system")]))).toHaveLength(1);
  });

  test.each(["globex:oncall", "acme.sales:oncall", "acme.eng.payments:oncall", "acm:oncall", "Acme:oncall", ":oncall"])(
    "reaches no group the rule does not lie below: %s",
    (reference) => {
      const groups = ["globex", "acme.sales", "acme.eng.payments", "acme.eng", "acme"].map((scope) => groupAt(scope));

      const audience = expand([ruleFor("acme.eng", reference)], groups);

      expect(audience.recipients).toEqual([]);
      expect(audience.problems).toEqual([`Rule acme.eng/on-failure: group "${reference}" does not exist.`]);
    },
  );
});

test("a group that is missing does not keep anybody else from their mail", () => {
  const rule = aRule({ recipients: { emails: [ADA], groups: ["gone", "oncall"] } });

  const audience = expand([rule], [aGroup({ aliases: [LIST] })]);

  expect(addressesOf(audience)).toEqual([ADA, LIST]);
  expect(audience.problems).toEqual(['Rule acme/on-failure: group "gone" does not exist.']);
});
