import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAddress } from "../../../shared/domain/address.ts";
import type { Group } from "../../../shared/domain/group.ts";
import type { Rule } from "../../../shared/domain/rule.ts";
import { SEVERITIES, type Severity } from "../../../shared/domain/severity.ts";
import { expandAudience } from "../../../shared/flow/notify/expand-audience.ts";
import { addressOf, aGroup, anEvent, aRule } from "../../fakes/builders.ts";

const SPELLINGS = ["a@x.example", "A@X.example", "b@x.example", "c@sub.x.example", "d@y.example", "D@y.example"];
const GROUPS = ["one", "two", "gone"];

const someone = fc.constantFrom(...SPELLINGS).map(addressOf);
const few = fc.array(someone, { maxLength: 4 });
const severity = fc.constantFrom<Severity>(...SEVERITIES);

const someGroups = fc.tuple(
  ...["one", "two"].map((id) =>
    fc
      .record({
        aliases: few,
        members: few.map((emails) => emails.map((email) => ({ email }))),
        notifyMembers: fc.boolean(),
        minSeverity: fc.option(severity, { nil: undefined }),
      })
      .map((parts) => aGroup({ id, ...parts })),
  ),
);

const someRules = fc
  .array(
    fc.record({
      emails: few,
      groups: fc.subarray(GROUPS),
      triggeredBy: fc.boolean(),
    }),
    { maxLength: 5 },
  )
  .map((all) => all.map((recipients, index) => aRule({ id: `r${index}`, recipients })));

const someInput = fc.record({
  rules: someRules,
  otherRules: someRules,
  groups: someGroups,
  severity,
  starter: fc.option(fc.constantFrom(...SPELLINGS, "nobody"), { nil: undefined }),
  recipientDomains: fc.subarray(["x.example", "*.x.example", "y.example"]),
  suppressed: fc.subarray([
    ["a@x.example", "suppressed"],
    ["c@sub.x.example", "unsubscribed"],
    ["d@y.example", "suppressed"],
  ] as const),
});

type Input = typeof someInput extends fc.Arbitrary<infer T> ? T : never;

const expand = ({ rules, otherRules, groups, severity, starter, recipientDomains, suppressed }: Input) =>
  expandAudience({
    rules,
    otherRules,
    event: anEvent({ severity, triggeredBy: starter === undefined ? undefined : { email: starter } }),
    findGroup: (_, id) => groups.find((group) => group.id === id),
    recipientDomains,
    suppressed: new Map(suppressed),
  });

const keyOf = (address: string): string => (parseAddress(address) ?? address).toLowerCase();

/** Whom a rule reaches, and whom it names, told in the plainest way: one address at a time, without any sharing. */
const naive = ({ groups, severity, starter, recipientDomains, suppressed }: Input, rule: Rule) => {
  const named: { key: string; mailed: boolean }[] = [];
  const allowed = (key: string) =>
    recipientDomains.length === 0 ||
    recipientDomains.some((domain) =>
      domain.startsWith("*") ? key.endsWith(domain.slice(1)) : key.split("@")[1] === domain,
    );
  const add = (address: string, mailed: boolean) => {
    const isAddress = parseAddress(address) !== undefined;
    const key = keyOf(address);
    named.push({ key, mailed: mailed && isAddress && allowed(key) && !suppressed.some(([listed]) => listed === key) });
  };
  for (const email of rule.recipients.emails) add(email, true);
  if (rule.recipients.triggeredBy === true && starter !== undefined) add(starter, true);
  for (const id of rule.recipients.groups) {
    const group: Group | undefined = groups.find((one) => one.id === id);
    if (group === undefined) continue;
    const severe = SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(group.minSeverity ?? "info");
    for (const alias of group.aliases) add(alias, severe);
    for (const { email } of group.members) add(email, severe && group.notifyMembers);
  }
  return named;
};

test("everybody named is mailed once or told of once, exactly as a plain reading of the rules has it", () => {
  fc.assert(
    fc.property(someInput, (input) => {
      const { recipients, others } = expand(input);

      const matching = input.rules.flatMap((rule) => naive(input, rule));
      const all = [...matching, ...input.otherRules.flatMap((rule) => naive(input, rule))];
      const mailed = new Set(matching.filter((one) => one.mailed).map(({ key }) => key));
      const notMailed = new Set(all.map(({ key }) => key).filter((key) => !mailed.has(key)));
      expect(recipients.map(({ address }) => keyOf(address)).toSorted()).toEqual([...mailed].toSorted());
      expect(others.map(({ address }) => keyOf(address)).toSorted()).toEqual([...notMailed].toSorted());
      for (const { via, outcome } of others) {
        expect(via.length).toBeGreaterThan(0);
        expect(["queued", "held-for-quiet-hours", "in-digest"]).not.toContain(outcome);
      }
    }),
  );
});

test("the rules behind a mail are those that mail the person", () => {
  fc.assert(
    fc.property(someInput, (input) => {
      for (const { address, ruleIds, rules } of expand(input).recipients) {
        const naming = input.rules.filter((rule) =>
          naive(input, rule).some(({ key, mailed }) => mailed && key === keyOf(address)),
        );
        expect(ruleIds.toSorted()).toEqual(naming.map(({ id }) => `acme/${id}`).toSorted());
        expect(rules.map(({ id }) => `acme/${id}`)).toEqual(ruleIds);
      }
    }),
  );
});

test("the order of the rules makes no difference to who is mailed and why the others are not", () => {
  fc.assert(
    fc.property(someInput, (input) => {
      const outcomes = ({ recipients, others }: ReturnType<typeof expand>) =>
        [
          ...recipients.map(({ address, via }) => [keyOf(address), "mailed", via.toSorted()]),
          ...others.map(({ address, outcome, via }) => [keyOf(address), outcome, via.toSorted()]),
        ].toSorted();

      const turned = { ...input, rules: input.rules.toReversed(), otherRules: input.otherRules.toReversed() };
      expect(outcomes(expand(turned))).toEqual(outcomes(expand(input)));
    }),
  );
});
