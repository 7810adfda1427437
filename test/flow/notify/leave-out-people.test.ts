import { describe, expect, test } from "vitest";
import type { Group } from "../../../shared/domain/group.ts";
import type { PipelineOverride } from "../../../shared/domain/pipeline-override.ts";
import type { Rule } from "../../../shared/domain/rule.ts";
import {
  type AudienceInput,
  expandAudience,
  MAX_OTHERS,
  MAX_RECIPIENTS,
} from "../../../shared/flow/notify/expand-audience.ts";
import { addressOf, aGroup, anEvent, aRule, scopeOf } from "../../fakes/builders.ts";
import { suppressionList } from "../../fakes/fixed-config.ts";

const ADA = addressOf("ada@acme.example");
const BOB = addressOf("bob@acme.example");
const LIST = addressOf("oncall@acme.example");

const expand = (input: Partial<AudienceInput> & { readonly groups?: readonly Group[] }) =>
  expandAudience({
    rules: [],
    otherRules: [],
    event: anEvent(),
    findGroup: (scope, id) => input.groups?.find((group) => group.scope === scope && group.id === id),
    recipientDomains: [],
    suppressed: new Map(),
    ...input,
  });

const ruleTo = (recipients: Partial<Rule["recipients"]>, different: Partial<Rule> = {}): Rule =>
  aRule({ recipients: { emails: [], groups: [], ...recipients }, ...different });

const ONCALL = ruleTo({ groups: ["oncall"] });

const people = (count: number) => Array.from({ length: count }, (_, index) => addressOf(`p${index}@acme.example`));

/** Who is mailed, and who is not, with the reason. */
const summary = ({ recipients, others }: ReturnType<typeof expand>) => ({
  mailed: recipients.map(({ address }) => address),
  not: Object.fromEntries(others.map(({ address, outcome }) => [address, outcome])),
});

describe("a group's minimum severity", () => {
  const groups = [aGroup({ aliases: [LIST], members: [{ email: ADA }], minSeverity: "error" })];

  test("keeps milder events from everybody in it", () => {
    const audience = expand({ rules: [ONCALL], groups, event: anEvent({ severity: "warning" }) });

    expect(summary(audience)).toEqual({
      mailed: [],
      not: { [LIST]: "below-group-severity", [ADA]: "below-group-severity" },
    });
    expect(audience.others[0]?.via).toEqual(["group acme/oncall (rule acme/on-failure)"]);
  });

  test("lets those through that reach it", () => {
    expect(summary(expand({ rules: [ONCALL], groups })).mailed).toEqual([LIST, ADA]);
  });

  test("keeps nobody from mail who comes in by another way", () => {
    const rule = ruleTo({ emails: [ADA], groups: ["oncall"] });

    const audience = expand({ rules: [rule], groups, event: anEvent({ severity: "warning" }) });

    expect(summary(audience)).toEqual({ mailed: [ADA], not: { [LIST]: "below-group-severity" } });
    expect(audience.recipients[0]?.via).toEqual(["rule acme/on-failure"]);
  });
});

test("members of a group that mails its aliases only are told of", () => {
  const groups = [aGroup({ aliases: [LIST], members: [{ email: ADA }, { email: LIST }], notifyMembers: false })];

  expect(summary(expand({ rules: [ONCALL], groups }))).toEqual({
    mailed: [LIST],
    not: { [ADA]: "member-not-notified" },
  });
});

describe("whoever started the run", () => {
  const rule = ruleTo({ emails: [BOB], triggeredBy: true });

  test("is mailed when the rule says so, under the address the event gives", () => {
    const { recipients } = expand({
      rules: [rule],
      event: anEvent({ triggeredBy: { name: "Ada", email: " ada@ACME.example " } }),
    });

    expect(recipients.map(({ address, via }) => [address, via])).toEqual([
      [BOB, ["rule acme/on-failure"]],
      [ADA, ["triggeredBy (rule acme/on-failure)"]],
    ]);
  });

  test("is nobody to a rule that does not ask for it", () => {
    const audience = expand({
      rules: [ruleTo({ emails: [BOB] })],
      event: anEvent({ triggeredBy: { email: ADA } }),
    });

    expect(summary(audience)).toEqual({ mailed: [BOB], not: {} });
  });

  test.each([
    { title: "nobody", triggeredBy: undefined, words: "has no triggeredBy.email" },
    { title: "a name only", triggeredBy: { name: "Ada" }, words: "has no triggeredBy.email" },
    { title: "no address", triggeredBy: { email: "ada" }, words: "gives no e-mail address in triggeredBy.email" },
    { title: "two addresses", triggeredBy: { email: "a@x.example,b@x.example" }, words: "gives no e-mail address" },
    { title: "a header", triggeredBy: { email: "a@x.example\r\nBcc: b@x.example" }, words: "gives no e-mail address" },
  ])("who is $title to the event is a problem, and the others are mailed", ({ triggeredBy, words }) => {
    const audience = expand({ rules: [rule], event: anEvent({ triggeredBy }) });

    expect(summary(audience).mailed).toEqual([BOB]);
    expect(audience.problems).toHaveLength(1);
    expect(audience.problems[0]).toContain(
      `Rule acme/on-failure mails whoever started the run, but the event ${words}`,
    );
  });
});

describe("the domains a tenant may mail", () => {
  const rule = ruleTo({
    emails: [
      ADA,
      addressOf("x@eu.acme.example"),
      addressOf("x@evil-acme.example"),
      addressOf("x@acme.example.evil.org"),
    ],
  });

  test.each([
    { recipientDomains: ["acme.example"], mailed: [ADA] },
    { recipientDomains: ["*.acme.example"], mailed: ["x@eu.acme.example"] },
    { recipientDomains: ["acme.example", "*.acme.example"], mailed: [ADA, "x@eu.acme.example"] },
    { recipientDomains: ["other.example"], mailed: [] },
  ])("are $recipientDomains and no other", ({ recipientDomains, mailed }) => {
    const audience = expand({ rules: [rule], recipientDomains });

    expect(summary(audience).mailed).toEqual(mailed);
    expect(new Set(Object.values(summary(audience).not))).toEqual(new Set(["domain-not-allowed"]));
    expect(audience.others).toHaveLength(4 - mailed.length);
  });

  test("also hold for whoever an event says started the run", () => {
    const audience = expand({
      rules: [ruleTo({ triggeredBy: true })],
      event: anEvent({ triggeredBy: { email: "victim@elsewhere.example" } }),
      recipientDomains: ["acme.example"],
    });

    expect(summary(audience)).toEqual({ mailed: [], not: { "victim@elsewhere.example": "domain-not-allowed" } });
  });
});

describe("the suppression list", () => {
  const suppressed = suppressionList({ suppressed: [ADA] });

  test("leaves out whoever is on it, by whatever way and in whatever spelling they come in", () => {
    const groups = [aGroup({ aliases: [LIST], members: [{ email: addressOf("Ada@acme.example") }] })];
    const rule = ruleTo({ emails: [addressOf("ADA@acme.example"), BOB], groups: ["oncall"], triggeredBy: true });

    const audience = expand({ rules: [rule], groups, suppressed, event: anEvent({ triggeredBy: { email: ADA } }) });

    expect(summary(audience)).toEqual({ mailed: [BOB, LIST], not: { "ADA@acme.example": "suppressed" } });
    expect(audience.others[0]?.via).toEqual([
      "rule acme/on-failure",
      "group acme/oncall (rule acme/on-failure)",
      "triggeredBy (rule acme/on-failure)",
    ]);
    expect([audience.found, audience.suppressed]).toEqual([2, 1]);
  });

  test("is no reason for those whom nobody would mail anyway", () => {
    const groups = [aGroup({ members: [{ email: ADA }], notifyMembers: false })];

    const audience = expand({ rules: [ONCALL], groups, suppressed });

    expect(summary(audience)).toEqual({ mailed: [], not: { [ADA]: "member-not-notified" } });
    expect(audience.suppressed).toBe(0);
  });

  test("does not count against the most recipients that an event may have", () => {
    const emails = people(MAX_RECIPIENTS + 1);

    const audience = expand({
      rules: [ruleTo({ emails })],
      suppressed: suppressionList({ suppressed: emails.slice(0, 1) }),
    });

    expect(audience).toMatchObject({ tooMany: false, found: MAX_RECIPIENTS, suppressed: 1 });
  });

  test("tells those who unsubscribed from those who get no mail at all", () => {
    const list = suppressionList({ suppressed: [ADA], unsubscribed: [BOB] });

    const audience = expand({ rules: [ruleTo({ emails: [ADA, BOB, LIST] })], suppressed: list });

    expect(summary(audience)).toEqual({ mailed: [LIST], not: { [ADA]: "suppressed", [BOB]: "unsubscribed" } });
    expect(audience).toMatchObject({ found: 1, suppressed: 1, unsubscribed: 1 });
  });
});

/** What a group can become in the table when something else than our own code writes there. */
const broken = (parts: Readonly<Record<string, unknown>>): Group => Object.assign(aGroup({ aliases: [LIST] }), parts);

describe("a group that broke after it was saved", () => {
  test("stops nobody with its malformed addresses, and they are told of", () => {
    const members = [{ email: ADA }, { email: "not an address" }, { email: "a@b@c" }, { email: 7 }, {}, null, "x"];

    const audience = expand({ rules: [ruleTo({ emails: [BOB], groups: ["oncall"] })], groups: [broken({ members })] });

    expect(summary(audience).mailed).toEqual([BOB, LIST, ADA]);
    expect(audience.others.map(({ address, outcome }) => [address, outcome])).toEqual(
      ["not an address", "a@b@c", "7", "{}", "null", "x"].map((shown) => [shown, "not-an-address"]),
    );
  });

  test.each([
    { title: "no members", parts: { members: undefined }, mailed: [BOB, LIST], list: "members" },
    { title: "members that are a text", parts: { members: "ada@acme.example" }, mailed: [BOB, LIST], list: "members" },
    { title: "aliases that are an object", parts: { aliases: { 0: ADA } }, mailed: [BOB], list: "aliases" },
  ])("with $title is a problem that stops nobody", ({ parts, mailed, list }) => {
    const audience = expand({ rules: [ruleTo({ emails: [BOB], groups: ["oncall"] })], groups: [broken(parts)] });

    expect(summary(audience).mailed).toEqual(mailed);
    expect(audience.problems).toEqual([`Group acme/oncall has no list of ${list}: save it again.`]);
  });

  test("shows a long piece of junk shortened", () => {
    const audience = expand({ rules: [ONCALL], groups: [broken({ members: [{ email: "x".repeat(10_000) }] })] });

    expect(audience.others[0]?.address).toHaveLength(80);
  });
});

describe("people whom only rules that did not match name", () => {
  const other = (id: string, emails: readonly ReturnType<typeof addressOf>[]) => ruleTo({ emails }, { id });

  test("are told of, with those rules", () => {
    const audience = expand({
      rules: [ruleTo({ emails: [ADA] })],
      otherRules: [other("one", [ADA, BOB]), other("two", [BOB])],
    });

    expect(summary(audience)).toEqual({ mailed: [ADA], not: { [BOB]: "no-rule-matched" } });
    expect(audience.others[0]?.via).toEqual(["rule acme/one", "rule acme/two"]);
  });

  test("are looked for only until there are enough of them", () => {
    const all = people(MAX_OTHERS * 3);
    let read = 0;
    const rules = function* () {
      for (const email of all) {
        read += 1;
        yield other(`r${read}`, [email]);
      }
    };

    const audience = expand({ otherRules: rules() });

    expect(audience.others).toHaveLength(MAX_OTHERS);
    expect(read).toBeLessThanOrEqual(MAX_OTHERS + 1);
  });

  test("are looked for only so long when all rules name the same few", () => {
    let read = 0;
    const rules = function* () {
      for (; read < 1_000_000; read += 1) yield other(`r${read}`, [ADA, BOB]);
    };

    const audience = expand({ otherRules: rules() });

    expect(audience.others).toHaveLength(2);
    expect(audience.others[0]?.via.length).toBeLessThanOrEqual(50);
    expect(read).toBeLessThan(10_000);
  });

  test("are as many as asked for", () => {
    expect(expand({ otherRules: [other("all", people(50))], maxOthers: 20 }).others).toHaveLength(20);
  });
});

describe("an override of the pipeline", () => {
  const override = (different: Partial<PipelineOverride>): PipelineOverride => ({
    id: "build-api",
    scope: scopeOf("acme.eng"),
    mode: "custom",
    ...different,
  });
  const rule = ruleTo({ emails: [ADA, BOB] });

  test("puts its recipients in the place of the rules', with its own groups", () => {
    const groups = [
      aGroup({ aliases: [addressOf("wrong@acme.example")] }),
      aGroup({ scope: scopeOf("acme.eng"), aliases: [LIST] }),
    ];

    const audience = expand({
      rules: [rule],
      groups,
      override: override({ recipients: { emails: [BOB], groups: ["oncall"] } }),
    });

    expect(summary(audience)).toEqual({ mailed: [BOB, LIST], not: { [ADA]: "overridden" } });
    expect(audience.recipients.map(({ via }) => via)).toEqual([
      ["override acme.eng/build-api"],
      ["group acme.eng/oncall (override acme.eng/build-api)"],
    ]);
    expect(audience.recipients[0]).toMatchObject({ ruleIds: ["acme/on-failure"], rules: [rule] });
  });

  test("that mutes leaves nobody", () => {
    expect(summary(expand({ rules: [rule], override: override({ mode: "muted" }) }))).toEqual({
      mailed: [],
      not: { [ADA]: "overridden", [BOB]: "overridden" },
    });
  });

  test.each([{}, { mode: "inherit", recipients: { emails: [LIST], groups: [] } }] as const)(
    "without recipients, or one that inherits, changes nothing",
    (different) => {
      expect(summary(expand({ rules: [rule], override: override(different) })).mailed).toEqual([ADA, BOB]);
    },
  );
});

describe("a big audience", () => {
  test("counts a group of 500 with 50 repeated addresses as 450 people", () => {
    const once = people(450);
    const repeated = once.slice(0, 50).map((email, index) => (index % 2 === 0 ? email.toUpperCase() : ` ${email} `));
    const members = [...once, ...repeated].map((email) => ({ email }));

    const audience = expand({ rules: [ONCALL], groups: [broken({ aliases: [], members })] });

    expect(members).toHaveLength(500);
    expect(audience.recipients).toHaveLength(450);
    expect(audience.others).toEqual([]);
  });

  test("of as many as an event may have is mailed", () => {
    expect(expand({ rules: [ruleTo({ emails: people(MAX_RECIPIENTS) })] })).toMatchObject({
      found: MAX_RECIPIENTS,
      tooMany: false,
    });
  });

  test("of more is not mailed at all, and the first of them are told why", () => {
    const audience = expand({ rules: [ruleTo({ emails: people(MAX_RECIPIENTS + 1) })] });

    expect(audience).toMatchObject({ recipients: [], found: MAX_RECIPIENTS + 1, tooMany: true });
    expect(audience.others).toHaveLength(MAX_OTHERS);
    expect(new Set(audience.others.map(({ outcome }) => outcome))).toEqual(new Set(["too-many-recipients"]));
  });
});
