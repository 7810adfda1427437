import { type Api, readApi } from "./api.ts";
import type { Assembly } from "./assembly.ts";
import { type LambdaFunction, readFunctions } from "./functions.ts";
import type { Place } from "./place.ts";
import { type Queue, type QueueMapping, readQueueMappings, readQueues } from "./queues.ts";
import { resolveResources } from "./resources.ts";
import { type Bus, type PatternRule, readBuses, readRules, type ScheduleRule } from "./rules.ts";
import { type GeneratedSecret, readGeneratedSecrets } from "./secrets.ts";
import { readTables, type Table } from "./tables.ts";

/** Everything in a synthesized stack that the local stack runs. */
export interface StackModel {
  readonly tables: readonly Table[];
  readonly queues: readonly Queue[];
  readonly queueMappings: readonly QueueMapping[];
  readonly buses: readonly Bus[];
  readonly patternRules: readonly PatternRule[];
  readonly scheduleRules: readonly ScheduleRule[];
  readonly functions: readonly LambdaFunction[];
  readonly secrets: readonly GeneratedSecret[];
  readonly api: Api;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Reads from a synthesized stack what there is to run.
 * @throws Error naming the resource, when it is of an unknown type or uses something that the local stack does not do.
 */
export const readModel = (assembly: Assembly, place: Place): StackModel => {
  const resources = resolveResources(assembly, place);
  return {
    tables: readTables(resources),
    queues: readQueues(resources),
    queueMappings: readQueueMappings(resources),
    buses: readBuses(resources),
    ...readRules(resources),
    functions: readFunctions(resources, assembly),
    secrets: readGeneratedSecrets(resources),
    api: readApi(resources),
    outputs: resources.outputs(),
  };
};
