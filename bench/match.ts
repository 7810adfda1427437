import type { EmailAddress } from "../shared/domain/address.ts";
import type { PipelineEvent } from "../shared/domain/event.ts";
import type { Rule } from "../shared/domain/rule.ts";
import { indexRules, type RuleIndex } from "../shared/domain/rule-index.ts";
import { chainOf, parseScope, type Scope, SYSTEM, type Tenant, tenantOf } from "../shared/domain/scope.ts";
import { matchRules } from "../shared/flow/notify/match-rules.ts";
import { routeEvent } from "../shared/flow/notify/route-event.ts";
import type { RoutingConfig } from "../shared/flow/ports.ts";
import { percentile } from "./statistics.ts";

const RULES = 10_000;

/** Pairs of measurements, one of each side right after the other. */
const ROUNDS = 200;

/** Calls in one measurement: enough to be far above the clock's resolution. */
const CALLS = 500;

/** The same for whole decisions, which take longer. */
const ROUTINGS = 20;

/** Most that matching among 10,000 rules may take, in times of matching one rule. */
const LIMIT = 2;

const NOW = "2026-11-20T12:00:00.000Z";

const scopeOf = (text: string): Scope => {
  const scope = parseScope(text);
  if (scope === undefined) throw new Error(`no scope: ${text}`);
  return scope;
};

const ACME = tenantOf(scopeOf("acme"));

const EVENT: PipelineEvent = {
  id: "build-api-512-failed",
  scope: scopeOf("acme.eng"),
  type: "StageFailed",
  severity: "error",
  time: NOW,
  pipeline: { id: "build-api", name: "Build API" },
  run: { id: "512", number: 512 },
  stage: { id: "deploy", name: "Deploy" },
  message: "exit code 1",
  branch: "main",
  commit: "3f2a9c1",
  data: { team: "payments", region: "eu-central-1", labels: ["nightly", "canary"], amount: 200 },
};

/** The rule that matches. */
const ONE: Rule = {
  id: "one",
  scope: EVENT.scope,
  name: "One",
  enabled: true,
  events: ["StageFailed"],
  stages: ["deploy"],
  pipelines: ["build-api"],
  filter: { data: { team: ["payments"] } },
  recipients: { emails: ["ada@acme.example" as EmailAddress], groups: [] },
};

/** Rules that cannot match, each for one reason. */
const OTHERS: Readonly<Record<string, (index: number) => Partial<Rule>>> = {
  "other event types": (index) => ({ events: [`Custom${index}`] }),
  "other pipelines": (index) => ({ pipelines: [`service-${index}`, `job-${index}-*`] }),
  "other branches": (index) => ({ branches: [`release/${index}`] }),
  "other stages": (index) => ({ stages: [`stage-${index}`] }),
  "other filter values": (index) => ({ filter: { data: { team: [`team-${index}`] } } }),
  "other ends of types": () => ({ events: ["*Success"] }),
  "other filter ranges": (index) => ({ filter: { data: { [`field-${index}`]: [{ numeric: [">", 0] }] } } }),
  "other filter prefixes": (index) => ({ filter: { message: [{ prefix: `error ${index}:` }] } }),
  "other filter fields": (index) => ({ filter: { data: { [`field-${index}`]: ["x"] } } }),
  "other $or choices": (index) => ({
    filter: { $or: [{ branch: [`b${index}`] }, { data: { amount: [-index - 1] } }] },
  }),
  "other scopes": (index) => ({ scope: scopeOf(`acme.team-${index}`) }),
  "disabled rules": () => ({ enabled: false }),
};

/** What an event meets: rules by scope, as `notify` has them in memory. */
const configOf = (rules: readonly Rule[]): ReadonlyMap<Tenant, RoutingConfig> => {
  const indexes = new Map(
    [...Map.groupBy(rules, ({ scope }) => scope)].map(([scope, all]) => [scope, indexRules(all)]),
  );
  const config = (own: ReadonlyMap<Scope, RuleIndex>): RoutingConfig => ({
    scopes: new Set(own.keys()),
    rulesAt: (scope) => own.get(scope) ?? NO_RULES,
    groupAt: () => undefined,
    overrideAt: () => undefined,
    templateAt: () => undefined,
    brandAt: () => undefined,
    recipientDomains: [],
    suppressed: new Map(),
  });
  return new Map([
    [ACME, config(indexes)],
    [SYSTEM, config(new Map())],
  ]);
};

const NO_RULES = indexRules([]);

const matcherOf = (rules: readonly Rule[]) => {
  const configs = configOf(rules);
  const indexes = () => chainOf(EVENT.scope).flatMap((scope) => configs.get(ACME)?.rulesAt(scope) ?? []);
  return () => {
    const found = matchRules({ event: EVENT, outcomeBefore: undefined, receivedAt: NOW }, indexes());
    if (found.length !== 1) throw new Error(`${found.length} rules matched`);
  };
};

const routerOf = (rules: readonly Rule[]) => {
  const configs = configOf(rules);
  return () => {
    const { mails } = routeEvent({ tenant: ACME, event: EVENT, configs, receivedAt: NOW });
    if (mails.length !== 1) throw new Error(`${mails.length} mails`);
  };
};

const microsecondsOf = (call: () => void, calls: number): number => {
  const started = performance.now();
  for (let count = 0; count < calls; count += 1) call();
  return ((performance.now() - started) * 1000) / calls;
};

/** Both sides by turns, so that whatever else the machine does falls on both. */
const compare = (one: () => void, many: () => void, calls = CALLS) => {
  for (const call of [one, many]) microsecondsOf(call, calls);
  const pairs = Array.from({ length: ROUNDS }, (_, round) => {
    if (round % 2 === 0) return { one: microsecondsOf(one, calls), many: microsecondsOf(many, calls) };
    const first = microsecondsOf(many, calls);
    return { one: microsecondsOf(one, calls), many: first };
  });
  const ratios = pairs.map((pair) => pair.many / pair.one);
  return {
    one: percentile(
      pairs.map((pair) => pair.one),
      0.5,
    ),
    many: percentile(
      pairs.map((pair) => pair.many),
      0.5,
    ),
    ratio: percentile(ratios, 0.5),
    low: percentile(ratios, 0.1),
    high: percentile(ratios, 0.9),
  };
};

type Comparison = ReturnType<typeof compare>;

/**
 * How long matching takes among 10,000 rules of which one can match, in times of matching that one alone.
 * @throws Error when it takes more than twice as long.
 */
export const match = async (): Promise<void> => {
  console.log(
    `One rule against ${RULES} of which it is one: ${ROUNDS} rounds of ${CALLS} events, both sides by turns.`,
  );
  console.log(`${"".padEnd(24)} one rule   all rules   ratio (middle 80 % of rounds)`);
  const single = matcherOf([ONE]);
  print("noise: one against one", compare(single, matcherOf([ONE])));
  const ratios = Object.entries(OTHERS).map(([title, different]) => {
    const others = Array.from({ length: RULES - 1 }, (_, index) => ({ ...ONE, id: `r${index}`, ...different(index) }));
    const comparison = compare(single, matcherOf([...others, ONE]));
    print(title, comparison);
    return comparison.ratio;
  });
  console.log(`worst ratio ${Math.max(...ratios).toFixed(2)}, at most ${LIMIT} is asked for`);

  console.log("\nThe whole decision, whose record explains at most 200 of the rules that did not match:");
  const others = Array.from({ length: RULES - 1 }, (_, index) => ({
    ...ONE,
    id: `r${index}`,
    pipelines: [`p${index}`],
  }));
  const router = routerOf([...others, ONE]);
  print("against one rule", compare(routerOf([ONE]), router, ROUTINGS));
  print("against 201 rules", compare(routerOf([...others.slice(0, 200), ONE]), router, ROUTINGS));
  if (Math.max(...ratios) > LIMIT) throw new Error("matching grows with rules that cannot match");
};

const print = (title: string, { one, many, ratio, low, high }: Comparison): void => {
  const micros = (value: number) => `${value.toFixed(1)} µs`.padStart(9);
  console.log(
    `${title.padEnd(24)}${micros(one)}   ${micros(many)}   ${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
  );
};
