import type { RequestListener } from "node:http";
import { matchesPattern, type Pattern, parsePattern } from "../../shared/domain/pattern.ts";
import { arnOf, type Place } from "../template/place.ts";
import { type Bus, busNameOf, type PatternRule } from "../template/rules.ts";
import { AwsError, awsJsonListener, type Input } from "./json-protocol.ts";
import { type BusEvent, type CheckedEntry, checkEntries } from "./put-events.ts";

/** What the bus needs from the rest of the stack. */
export interface EventBusDeps {
  readonly place: Place;
  readonly buses: readonly Bus[];
  readonly rules: readonly PatternRule[];
  /** Hands an event to the target of a rule. A rejection fails the entry, so that its publisher tries again. */
  readonly deliver: (targetArn: string, event: BusEvent) => Promise<void>;
  /** Tells the person who runs the stack. */
  readonly report: (message: string) => void;
}

/** A rule with its pattern ready to match. */
interface CompiledRule extends PatternRule {
  readonly compiled: Pattern;
}

/**
 * Answers `AWSEvents`: PutEvents, and reading which buses, rules and targets there are.
 * @throws Error when the pattern of a rule is none.
 */
export const eventBusListener = (deps: EventBusDeps): RequestListener => {
  const rules = deps.rules.map(compile);
  const buses = [...deps.buses, { name: "default", arn: arnOf(deps.place, "events", "event-bus/default") }];
  const busOf = (nameOrArn: unknown = "default"): Bus => {
    const name = busNameOf(String(nameOrArn));
    const bus = buses.find((candidate) => candidate.name === name);
    if (bus === undefined) throw new AwsError("ResourceNotFoundException", `Event bus ${name} does not exist.`);
    return bus;
  };

  return awsJsonListener("AWSEvents", {
    PutEvents: (input) => putEvents(input, { ...deps, buses, rules }),
    ListEventBuses: () => ({ EventBuses: buses.map(({ name, arn }) => ({ Name: name, Arn: arn })) }),
    DescribeEventBus: ({ Name }) => {
      const { name, arn } = busOf(Name);
      return { Name: name, Arn: arn };
    },
    ListRules: ({ EventBusName }) => {
      const { name } = busOf(EventBusName);
      return { Rules: rules.filter(({ busName }) => busName === name).map(describeRule) };
    },
    ListTargetsByRule: ({ Rule, EventBusName }) => {
      const { name } = busOf(EventBusName);
      const rule = rules.find((candidate) => candidate.busName === name && candidate.name === Rule);
      if (rule === undefined) throw new AwsError("ResourceNotFoundException", `Rule ${String(Rule)} does not exist.`);
      return { Targets: rule.targets.map(({ id, arn }) => ({ Id: id, Arn: arn })) };
    },
  });
};

const compile = (rule: PatternRule): CompiledRule => {
  const parsed = parsePattern(rule.pattern);
  if ("pattern" in parsed) return { ...rule, compiled: parsed.pattern };
  const issues = parsed.issues.map(({ path, message }) => `${path} ${message}`);
  throw new Error(`rule ${rule.name} has no valid pattern: ${issues.join("; ")}`);
};

const describeRule = ({ name, arn, busName, pattern }: PatternRule) => ({
  Name: name,
  Arn: arn,
  EventBusName: busName,
  EventPattern: JSON.stringify(pattern),
  State: "ENABLED",
});

type Routing = Omit<EventBusDeps, "rules"> & { readonly rules: readonly CompiledRule[] };

const putEvents = async (input: Input, routing: Routing) => {
  const checked = checkEntries(input, { ...routing.place, now: new Date() });
  const Entries = await Promise.all(checked.map((entry) => putEntry(entry, routing)));
  return { FailedEntryCount: Entries.filter((entry) => "ErrorCode" in entry).length, Entries };
};

const putEntry = async (entry: CheckedEntry, { buses, rules, deliver, report }: Routing) => {
  if (!entry.ok) return { ErrorCode: entry.code, ErrorMessage: entry.message };
  const { event } = entry;
  const bus = busNameOf(entry.bus);
  // EventBridge takes events for a bus that does not exist and drops them. A person at a terminal should know.
  if (buses.every(({ name }) => name !== bus)) report(`Dropped an event for bus ${bus}, which does not exist.`);
  const matching = rules.filter((rule) => rule.busName === bus && matchesPattern(rule.compiled, event));
  try {
    await Promise.all(matching.flatMap(({ targets }) => targets.map(({ arn }) => deliver(arn, event))));
    return { EventId: event.id };
  } catch (error) {
    report(`Cannot hand an event to its target: ${error instanceof Error ? error.message : String(error)}`);
    return { ErrorCode: "InternalFailure", ErrorMessage: "The event could not be handed to a target." };
  }
};
