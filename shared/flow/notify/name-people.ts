import { parseAddress } from "../../domain/address.ts";
import type { PipelineEvent } from "../../domain/event.ts";
import type { RecipientOutcome } from "../../domain/event-record.ts";
import type { Group } from "../../domain/group.ts";
import type { Rule, RuleRecipients } from "../../domain/rule.ts";
import { chainOf, isWithin, parseScope, type Scope } from "../../domain/scope.ts";
import { reaches } from "../../domain/severity.ts";

/** Finds a group by scope and id. */
export type FindGroup = (scope: Scope, id: string) => Group | undefined;

/** Something that says who is to be mailed: a rule, or the override of a pipeline. */
export interface Namer {
  /** `rule acme/on-failure`, `override acme.eng/build-api`. */
  readonly label: string;
  /** Where its group references are looked up from. */
  readonly scope: Scope;
  readonly recipients: RuleRecipients;
  /** The rules that stand behind it. */
  readonly rules: readonly Rule[];
}

/** People who come in together: the addresses of a rule, the aliases or members of a group, whoever started the run. */
export interface Naming {
  /** As they are stored: addresses, unless something broke them since they were saved. */
  readonly addresses: readonly unknown[];
  /** How they came in, once for each namer: `rule acme/on-failure`, `group acme/oncall (rule acme/on-failure)` ... */
  readonly via: readonly string[];
  readonly rules: readonly Rule[];
  /** Why none of them is mailed this way; undefined: they are. */
  readonly obstacle?: RecipientOutcome | undefined;
}

/** Whom namers name, and sentences about what they name in vain. */
export interface NamedPeople {
  readonly namings: readonly Naming[];
  readonly problems: readonly string[];
}

/** A rule as what names its own recipients. */
export const namerOf = (rule: Rule): Namer => ({
  label: `rule ${rule.scope}/${rule.id}`,
  scope: rule.scope,
  recipients: rule.recipients,
  rules: [rule],
});

/** Finds everybody whom the namers name. A group is looked into once, however many of them name it. */
export const namePeople = (
  namers: readonly Namer[],
  event: Pick<PipelineEvent, "severity" | "triggeredBy">,
  findGroup: FindGroup,
): NamedPeople => {
  const problems: string[] = [];
  const named = new Map<string, { readonly group: Group; readonly by: Namer[] }>();
  for (const { namer, reference } of referencesOf(namers)) {
    const group = resolveGroup(reference, namer.scope, findGroup);
    if (group === undefined) {
      problems.push(`${sentenceStart(namer)}: group "${reference}" does not exist.`);
      continue;
    }
    const place = `${group.scope}/${group.id}`;
    const known = named.get(place);
    if (known === undefined) named.set(place, { group, by: [namer] });
    else known.by.push(namer);
  }
  const groups = [...named].map(([place, { group, by }]) => lookInto(group, place, by, event));
  const starters = namers.filter(({ recipients }) => recipients?.triggeredBy === true);
  return {
    namings: [
      ...namers.map(ownAddresses),
      ...groups.flatMap(({ namings }) => namings),
      ...starters.map((namer) => starterOf(namer, event)),
    ],
    problems: [
      ...problems,
      ...groups.flatMap((group) => group.problems),
      ...starters.flatMap((namer) => explainStarter(namer, event)),
    ],
  };
};

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const sentenceStart = ({ label }: Namer): string => label.charAt(0).toUpperCase() + label.slice(1);

const referencesOf = (namers: readonly Namer[]) =>
  namers.flatMap((namer) =>
    listIn(namer.recipients?.groups).map((reference) => ({ namer, reference: String(reference) })),
  );

const ownAddresses = ({ label, recipients, rules }: Namer): Naming => ({
  addresses: listIn(recipients?.emails),
  via: [label],
  rules,
});

/** `oncall`: the nearest group of that id, upwards from the namer. `acme:oncall`: that scope's, if the namer lies in it. */
const resolveGroup = (reference: string, from: Scope, findGroup: FindGroup): Group | undefined => {
  const [first = "", second] = reference.split(":");
  if (second === undefined) {
    return chainOf(from)
      .map((scope) => findGroup(scope, first))
      .find((group) => group !== undefined);
  }
  const scope = parseScope(first);
  return scope !== undefined && isWithin(from, scope) ? findGroup(scope, second) : undefined;
};

/** A group's aliases and members. A list that was broken in the table is said to be, and keeps nobody else from mail. */
const lookInto = (
  group: Group,
  place: string,
  by: readonly Namer[],
  event: Pick<PipelineEvent, "severity">,
): NamedPeople => {
  const { aliases, members }: { readonly aliases?: unknown; readonly members?: unknown } = group;
  const tooMild = reaches(event.severity, group.minSeverity) ? undefined : "below-group-severity";
  const common = {
    via: by.map(({ label }) => `group ${place} (${label})`),
    rules: by.flatMap(({ rules }) => rules),
  };
  const silent = group.notifyMembers === false ? "member-not-notified" : undefined;
  return {
    namings: [
      { ...common, addresses: listIn(aliases), obstacle: tooMild },
      { ...common, addresses: listIn(members).map(emailOf), obstacle: tooMild ?? silent },
    ],
    problems: Object.entries({ aliases, members })
      .filter(([, list]) => !Array.isArray(list))
      .map(([name]) => `Group ${place} has no list of ${name}: save it again.`),
  };
};

const emailOf = (member: unknown): unknown =>
  typeof member === "object" && member !== null && "email" in member ? member.email : member;

const starterOf = ({ label, rules }: Namer, { triggeredBy }: Pick<PipelineEvent, "triggeredBy">): Naming => ({
  addresses: triggeredBy?.email === undefined ? [] : [triggeredBy.email],
  via: [`triggeredBy (${label})`],
  rules,
});

const explainStarter = (namer: Namer, { triggeredBy }: Pick<PipelineEvent, "triggeredBy">): string[] => {
  const email = triggeredBy?.email;
  if (email !== undefined && parseAddress(email) !== undefined) return [];
  const why = email === undefined ? "has no triggeredBy.email" : "gives no e-mail address in triggeredBy.email";
  return [`${sentenceStart(namer)} mails whoever started the run, but the event ${why}.`];
};
