import * as z from "zod/mini";
import { readProperties } from "./read-properties.ts";
import type { Resources } from "./resources.ts";

/** An event bus. */
export interface Bus {
  readonly name: string;
  readonly arn: string;
}

/** A rule that sends the matching events of a bus on. */
export interface PatternRule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly Target[];
}

/** Where a rule sends to. */
export interface Target {
  readonly id: string;
  readonly arn: string;
}

/** A rule that calls functions at a fixed rate. */
export interface ScheduleRule {
  readonly name: string;
  readonly arn: string;
  readonly everyMs: number;
  readonly targets: readonly Target[];
}

const ruleProperties = z.object({
  EventBusName: z._default(z.string(), "default"),
  EventPattern: z.optional(z.record(z.string(), z.unknown())),
  ScheduleExpression: z.optional(z.string()),
  State: z._default(z.string(), "ENABLED"),
  Targets: z._default(z.array(z.object({ Id: z.string(), Arn: z.string() })), []),
});

/** The template's buses. */
export const readBuses = (resources: Resources): readonly Bus[] =>
  resources.ofType("AWS::Events::EventBus").map(({ name, attributes }) => ({ name, arn: attributes.Arn ?? "" }));

/**
 * The template's enabled rules.
 * @throws Error when a schedule is not a `rate(...)`.
 */
export const readRules = (
  resources: Resources,
): { readonly patternRules: readonly PatternRule[]; readonly scheduleRules: readonly ScheduleRule[] } => {
  const patternRules: PatternRule[] = [];
  const scheduleRules: ScheduleRule[] = [];
  for (const resource of resources.ofType("AWS::Events::Rule")) {
    const properties = readProperties(ruleProperties, resource);
    if (properties.State === "DISABLED") continue;
    const targets = properties.Targets.map(({ Id, Arn }) => ({ id: Id, arn: Arn }));
    const rule = { name: resource.name, arn: resource.attributes.Arn ?? "", targets };
    if (properties.EventPattern !== undefined) {
      patternRules.push({ ...rule, busName: busNameOf(properties.EventBusName), pattern: properties.EventPattern });
    }
    if (properties.ScheduleExpression !== undefined) {
      scheduleRules.push({ ...rule, everyMs: rateToMs(properties.ScheduleExpression) });
    }
  }
  return { patternRules, scheduleRules };
};

/** The name of a bus given as name or ARN. */
export const busNameOf = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const rateToMs = (expression: string): number => {
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined) throw new Error(`the local stack runs rate(...) schedules only, and not ${expression}`);
  return Number(count) * unitMs;
};
