import { addressKey, type EmailAddress } from "../domain/address.ts";
import type { RecipientVerdict } from "../domain/event-record.ts";
import type { Group } from "../domain/group.ts";
import type { Rule } from "../domain/rule.ts";
import { chainOf, isWithin, parseScope, type Scope } from "../domain/scope.ts";

/** Most recipients one event may have; more would be a mistake or an abuse, so nobody is mailed. */
export const MAX_RECIPIENTS = 500;

/** Finds a group by scope and id. */
export type FindGroup = (scope: Scope, id: string) => Group | undefined;

/** Somebody to mail, every way they came in, and the rules behind it. */
export interface Recipient extends Pick<RecipientVerdict, "address" | "via"> {
  readonly ruleIds: readonly string[];
}

/** Whom an event reaches, and what was wrong on the way there. */
export interface Audience {
  readonly recipients: readonly Recipient[];
  /** Sentences about group references that lead nowhere. */
  readonly problems: readonly string[];
}

/** Turns matching rules into people: each address once, however many rules and groups name it. */
export const expandAudience = (rules: readonly Rule[], findGroup: FindGroup): Audience => {
  const entries: Entry[] = [];
  const problems: string[] = [];
  for (const rule of rules) {
    const ruleName = `${rule.scope}/${rule.id}`;
    entries.push(...rule.recipients.emails.map((address) => ({ address, via: `rule ${ruleName}`, ruleName })));
    for (const reference of rule.recipients.groups) {
      const group = resolveGroup(reference, rule.scope, findGroup);
      if (group === undefined) problems.push(`Rule ${ruleName}: group "${reference}" does not exist.`);
      else entries.push(...entriesOf(group, ruleName));
    }
  }
  return { recipients: mergeByAddress(entries), problems };
};

interface Entry {
  readonly address: EmailAddress;
  readonly via: string;
  readonly ruleName: string;
}

const entriesOf = (group: Group, ruleName: string): Entry[] => {
  const via = `group ${group.scope}/${group.id} (rule ${ruleName})`;
  const members = group.notifyMembers ? group.members.map((member) => member.email) : [];
  return [...group.aliases, ...members].map((address) => ({ address, via, ruleName }));
};

/** `oncall`: the nearest group of that id, upwards from the rule. `acme:oncall`: that scope's, if the rule lies in it. */
const resolveGroup = (reference: string, ruleScope: Scope, findGroup: FindGroup): Group | undefined => {
  const [first = "", second] = reference.split(":");
  if (second === undefined) {
    return chainOf(ruleScope)
      .map((scope) => findGroup(scope, first))
      .find((group) => group !== undefined);
  }
  const scope = parseScope(first);
  return scope !== undefined && isWithin(ruleScope, scope) ? findGroup(scope, second) : undefined;
};

const mergeByAddress = (entries: readonly Entry[]): Recipient[] =>
  [...Map.groupBy(entries, (entry) => addressKey(entry.address)).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined
      ? []
      : [
          {
            address: first.address,
            via: [...new Set(same.map((entry) => entry.via))],
            ruleIds: [...new Set(same.map((entry) => entry.ruleName))],
          },
        ];
  });
