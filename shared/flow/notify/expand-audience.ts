import { addressKey, type EmailAddress, parseAddress } from "../../domain/address.ts";
import type { PipelineEvent } from "../../domain/event.ts";
import type { RecipientOutcome, RecipientVerdict } from "../../domain/event-record.ts";
import type { PipelineOverride } from "../../domain/pipeline-override.ts";
import { isInDomains } from "../../domain/recipient-domain.ts";
import type { Rule } from "../../domain/rule.ts";
import { type Standing, type SuppressionList, standingIn } from "../../domain/suppression.ts";
import { type FindGroup, type Namer, type Naming, namePeople, namerOf } from "./name-people.ts";

/** Most recipients one event may have; more would be a mistake or an abuse, so nobody is mailed. */
export const MAX_RECIPIENTS = 500;

/** Most people who are not mailed that an audience tells of, unless it is asked for more. */
export const MAX_OTHERS = 200;

/** Most ways into an audience that are told of one person. */
const MAX_WAYS = 50;

/** Addresses looked at, for each person told of, in the search for people whom no matching rule names. */
const LOOKS_FOR_EACH = 20;

/** Characters of what stands in an address's place that are told. */
const MAX_SHOWN = 80;

/** What decides whom an event reaches. */
export interface AudienceInput {
  /** The rules that matched. */
  readonly rules: readonly Rule[];
  /** The rules that did not: whoever only they name is told why there is no mail. Read only as far as needed. */
  readonly otherRules: Iterable<Rule>;
  /** What holds for the event's pipeline, if anything: a `custom` one that names recipients, or a `muted` one. */
  readonly override?: PipelineOverride | undefined;
  readonly event: Pick<PipelineEvent, "severity" | "triggeredBy">;
  readonly findGroup: FindGroup;
  /** Domains that may be mailed; none: all. */
  readonly recipientDomains: readonly string[];
  /** Whom the tenant does not mail, or not for rules. */
  readonly suppressed: SuppressionList;
  /** Most people who are not mailed that are told of; {@link MAX_OTHERS} unless said otherwise. */
  readonly maxOthers?: number | undefined;
}

/** Somebody to mail, every way they came in, and the rules behind it. */
export interface Recipient extends Pick<RecipientVerdict, "via"> {
  readonly address: EmailAddress;
  readonly ruleIds: readonly string[];
  readonly rules: readonly Rule[];
}

/** Whom an event reaches and whom not, and what was wrong on the way there. */
export interface Audience {
  /** Each address once. Nobody when there are too many. */
  readonly recipients: readonly Recipient[];
  /** People who are not mailed, each with the reason that came nearest to a mail. */
  readonly others: readonly RecipientVerdict[];
  /** Sentences about groups and people that lead nowhere. */
  readonly problems: readonly string[];
  /** Whether more than {@link MAX_RECIPIENTS} were to be mailed. */
  readonly tooMany: boolean;
  /** How many were to be mailed. */
  readonly found: number;
  /** How many would be mailed but for the suppression list. */
  readonly suppressed: number;
  /** How many would be mailed if they had not unsubscribed. */
  readonly unsubscribed: number;
}

/**
 * Turns rules into people: each address once, however many rules and groups name it. Every address is parsed again, so
 * that one that was broken in the table stops nobody else.
 */
export const expandAudience = ({ rules, override, ...input }: AudienceInput): Audience =>
  expandNamers({ ...namersOf(rules, override), ...input });

/** Who names recipients; the rest of what decides whom they reach is as for rules. */
export interface NamersInput extends Omit<AudienceInput, "rules" | "override"> {
  readonly active: readonly Namer[];
  /** Those that would name somebody if others did not take their place. */
  readonly replaced: readonly Namer[];
}

/** {@link expandAudience} for whatever names recipients. */
export const expandNamers = (input: NamersInput): Audience => {
  const { active, replaced, event, findGroup, maxOthers = MAX_OTHERS } = input;
  const named = namePeople(active, event, findGroup);
  const blocked = namePeople(replaced, event, findGroup).namings.map((naming) => blockedBy(naming, "overridden"));

  const people: People = new Map();
  for (const naming of [...named.namings, ...blocked].toSorted(nearestToMail)) {
    addPeople(people, naming, input);
  }
  const countOf = (standing: Standing) => [...people.values()].filter(({ outcome }) => outcome === standing).length;
  const [suppressed, unsubscribed] = [countOf("suppressed"), countOf("unsubscribed")];
  const mailed = [...people.values()].filter(isMailed);
  const tooMany = mailed.length > MAX_RECIPIENTS;
  addFromOtherRules(people, input, maxOthers + (tooMany ? 0 : mailed.length));

  const others = [...people.values()].filter((person) => tooMany || !isMailed(person)).slice(0, maxOthers);
  return {
    recipients: tooMany ? [] : mailed.flatMap(toRecipient),
    others: others.map(toVerdict),
    problems: named.problems,
    tooMany,
    found: mailed.length,
    suppressed,
    unsubscribed,
  };
};

/** Somebody with the outcome that is nearest to a mail, and every way that leads to it. */
interface Person {
  /** Undefined: what is stored is no address. */
  readonly address: EmailAddress | undefined;
  readonly shown: string;
  readonly outcome: RecipientOutcome;
  readonly namings: Naming[];
}

/** By what two spellings of a mailbox have in common. */
type People = Map<string, Person>;

const isMailed = ({ outcome }: Person): boolean => outcome === "queued";

/** Who names the recipients, and who would if the pipeline had no override. */
const namersOf = (
  rules: readonly Rule[],
  override: PipelineOverride | undefined,
): Pick<NamersInput, "active" | "replaced"> => {
  const namers = rules.map(namerOf);
  if (override?.mode === "muted") return { active: [], replaced: namers };
  if (override?.mode !== "custom" || override.recipients === undefined) return { active: namers, replaced: [] };
  const { scope, id, recipients } = override;
  return { active: [{ label: `override ${scope}/${id}`, scope, recipients, rules }], replaced: namers };
};

const blockedBy = (naming: Naming, obstacle: RecipientOutcome): Naming => ({ ...naming, obstacle });

/** Obstacles, those first behind which a mail is nearest. */
const OBSTACLES: readonly (RecipientOutcome | undefined)[] = [
  undefined,
  "below-group-severity",
  "member-not-notified",
  "overridden",
];

/** Whoever is mailed by one way is mailed, whatever the other ways say. */
const nearestToMail = (a: Naming, b: Naming): number => OBSTACLES.indexOf(a.obstacle) - OBSTACLES.indexOf(b.obstacle);

/** Who of a tenant's people may be mailed at all. */
type Limits = Pick<AudienceInput, "recipientDomains" | "suppressed">;

const addPeople = (people: People, naming: Naming, limits: Limits): void => {
  for (const stored of naming.addresses) {
    const address = typeof stored === "string" ? parseAddress(stored) : undefined;
    const shown = address ?? describe(stored);
    const key = address === undefined ? `not an address: ${shown}` : addressKey(address);
    const outcome = outcomeOf(naming, address, limits);
    const known = people.get(key);
    if (known === undefined) people.set(key, { address, shown, outcome, namings: [naming] });
    else if (known.outcome === outcome && known.namings.at(-1) !== naming) known.namings.push(naming);
  }
};

const outcomeOf = (
  { obstacle }: Naming,
  address: EmailAddress | undefined,
  { recipientDomains, suppressed }: Limits,
): RecipientOutcome => {
  if (address === undefined) return "not-an-address";
  if (obstacle !== undefined) return obstacle;
  if (!isInDomains(address, recipientDomains)) return "domain-not-allowed";
  return standingIn(suppressed, address) ?? "queued";
};

const describe = (stored: unknown): string =>
  (typeof stored === "string" ? stored : (JSON.stringify(stored) ?? "nothing")).slice(0, MAX_SHOWN).toWellFormed();

/** Adds people whom only rules that did not match name, until there are enough of them or too much was looked at. */
const addFromOtherRules = (people: People, input: NamersInput, enough: number): void => {
  let looks = enough * LOOKS_FOR_EACH;
  for (const rule of input.otherRules) {
    if (people.size >= enough || looks <= 0) return;
    for (const naming of namePeople([namerOf(rule)], input.event, input.findGroup).namings) {
      looks -= naming.addresses.length + 1;
      addPeople(people, blockedBy(naming, "no-rule-matched"), input);
    }
  }
};

const waysOf = ({ namings }: Person): string[] =>
  [...new Set(namings.flatMap(({ via }) => via.slice(0, MAX_WAYS)))].slice(0, MAX_WAYS);

const toRecipient = (person: Person): Recipient[] => {
  if (person.address === undefined) return [];
  const rules = [...new Set(person.namings.flatMap((naming) => naming.rules))];
  const ruleIds = rules.map(({ scope, id }) => `${scope}/${id}`);
  return [{ address: person.address, via: waysOf(person), ruleIds, rules }];
};

const toVerdict = (person: Person): RecipientVerdict => ({
  address: person.shown,
  via: waysOf(person),
  outcome: isMailed(person) ? "too-many-recipients" : person.outcome,
});
