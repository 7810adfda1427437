import { join } from "node:path";
import type { Message } from "@aws-sdk/client-sqs";
import { eventBusListener } from "./aws/event-bus.ts";
import { generateSecrets } from "./aws/generate-secrets.ts";
import { type InvokableFunction, lambdaListener } from "./aws/lambda.ts";
import type { BusEvent } from "./aws/put-events.ts";
import { openSecretStore } from "./aws/secret-store.ts";
import { secretsManagerListener } from "./aws/secrets-manager.ts";
import { createAuthorize } from "./gateway/authorize.ts";
import { httpApiListener } from "./gateway/http-api.ts";
import type { Servers } from "./servers.ts";
import { isFunction, type LambdaFunction } from "./template/functions.ts";
import type { StackModel } from "./template/model.ts";
import type { Place } from "./template/place.ts";
import type { Queue } from "./template/queues.ts";
import { type Endpoints, workerEnvironment } from "./workers/environment.ts";
import type { Invoke } from "./workers/invocation.ts";
import { createWorkerPool, type WorkerPool } from "./workers/pool.ts";
import { startQueuePoller } from "./workers/queue-poller.ts";
import { createWorkerRegistry, type WorkerRegistry } from "./workers/registry.ts";
import { startSchedule } from "./workers/schedule.ts";
import { startWorker } from "./workers/worker.ts";

/** Most environments of a function when the template sets no bound: as many as Lambda begins to work a queue off with. */
const DEFAULT_CONCURRENCY = 5;

/** What it takes to bring a template to life. */
export interface RunOptions {
  readonly model: StackModel;
  readonly place: Place;
  readonly servers: Servers;
  readonly endpoints: Endpoints;
  readonly workersFile: string;
  /** Existing folder for the functions' output. */
  readonly logsDir: string;
  /** Existing folder for what is kept over restarts. */
  readonly dataDir: string | undefined;
  /** Replaces the schedules' own interval. */
  readonly scheduleEveryMs: number | undefined;
  /** Tells the person who runs the stack. */
  readonly report: (message: string) => void;
}

/**
 * Creates the template's tables, queues and secrets, and connects its bus, functions, API, queue mappings and schedules.
 * @returns how to end all of it; the servers stay.
 * @throws Error when something in the template refers to what is not there.
 */
export const runModel = async (options: RunOptions): Promise<() => Promise<void>> => {
  const { model, place, servers, dataDir, report } = options;
  servers.sqs.createQueues(model.queues.map((queue) => ({ ...queue, ...batchesPerGroup(queue, model) })));
  await servers.dynamodb.createTables(model.tables);
  const secrets = openSecretStore(dataDir === undefined ? undefined : join(dataDir, "secrets.json"));
  generateSecrets(secrets, place, model.secrets);
  servers.secrets.serve(secretsManagerListener(secrets, place));
  const pools = createPools(options);
  const functions: readonly InvokableFunction[] = pools.map(({ fn, pool }) => ({ fn, invoke: pool.invoke }));
  servers.lambda.serve(lambdaListener(functions));
  servers.events.serve(
    eventBusListener({
      place,
      buses: model.buses,
      rules: model.patternRules,
      deliver: (targetArn, event) => servers.sqs.send(queueOf(model, targetArn), JSON.stringify(event), groupOf(event)),
      report,
    }),
  );
  servers.api.serve(httpApiListener({ api: model.api, functions, authorize: createAuthorize() }));
  const pollers = startPollers(options, functions);
  const schedules = startSchedules(options, functions);

  return async () => {
    for (const schedule of schedules) schedule.stop();
    await Promise.all([...pollers.map((poller) => poller.stop()), ...pools.map(({ pool }) => pool.stop())]);
  };
};

const createPools = (options: RunOptions): readonly { readonly fn: LambdaFunction; readonly pool: WorkerPool }[] => {
  const registry = createWorkerRegistry(options.workersFile);
  return options.model.functions.map((fn) => ({ fn, pool: createPool(fn, registry, options) }));
};

const createPool = (
  fn: LambdaFunction,
  registry: WorkerRegistry,
  { model, endpoints, logsDir }: RunOptions,
): WorkerPool => {
  const environment = workerEnvironment(fn, endpoints);
  const logFile = join(logsDir, `${fn.label}.log`);
  return createWorkerPool({
    limit: concurrencyOf(fn, model),
    start: () => startWorker({ fn, environment, logFile }),
    onStart: ({ pid }) => registry.add({ function: fn.label, pid }),
    onExit: ({ pid }) => registry.remove(pid),
  });
};

const concurrencyOf = (fn: LambdaFunction, { queueMappings }: StackModel): number => {
  const mapping = queueMappings.find(({ functionId }) => isFunction(fn, functionId));
  return fn.reservedConcurrency ?? mapping?.maximumConcurrency ?? DEFAULT_CONCURRENCY;
};

/**
 * The bus of AWS cannot take a message group from an event (CloudFormation roadmap, issue 2298), and need not: Lambda
 * works a burst of events off side by side. Here the events of one publisher make way for those of the others.
 */
const groupOf = ({ source }: Pick<BusEvent, "source">): string | undefined =>
  /^[\x21-\x7e]{1,128}$/.test(source) ? source : undefined;

/**
 * One tenant keeps one environment busy, and more only while they wait for a slow server: never all of them. Amazon has
 * no such bound: with one tenant's mails stuck, Lambda adds environments for the others within moments, up to a thousand.
 * A single machine keeps some free, and its processors too. Queues that feed no function have no bound.
 */
const batchesPerGroup = ({ arn }: Queue, model: StackModel): { readonly batchesPerGroup?: number } => {
  const mapping = model.queueMappings.find(({ queueArn }) => queueArn === arn);
  const fn = model.functions.find((one) => mapping !== undefined && isFunction(one, mapping.functionId));
  return fn === undefined ? {} : { batchesPerGroup: Math.max(1, concurrencyOf(fn, model) - 1) };
};

const startPollers = ({ model, servers, report }: RunOptions, functions: readonly InvokableFunction[]) =>
  model.queueMappings.map((mapping) => {
    const { fn, invoke } = functionOf(functions, mapping.functionId);
    const concurrency = Math.min(mapping.maximumConcurrency ?? Number.POSITIVE_INFINITY, concurrencyOf(fn, model));
    const queue = queueOf(model, mapping.queueArn);
    const onUndone = ({ ReceiptHandle = "" }: Message) => servers.sqs.abandon(queue, ReceiptHandle);
    return startQueuePoller({ client: servers.sqs.client, queue, mapping, concurrency, invoke, onUndone, report });
  });

const startSchedules = ({ model, scheduleEveryMs }: RunOptions, functions: readonly InvokableFunction[]) =>
  model.scheduleRules.map((rule) => {
    const targets = rule.targets.map(({ arn }): Invoke => functionOf(functions, arn).invoke);
    return startSchedule(rule, { targets, everyMs: scheduleEveryMs });
  });

const functionOf = (functions: readonly InvokableFunction[], nameOrArn: string): InvokableFunction => {
  const found = functions.find(({ fn }) => isFunction(fn, nameOrArn));
  if (found === undefined) throw new Error(`the template has no function ${nameOrArn}`);
  return found;
};

const queueOf = ({ queues }: StackModel, arn: string): Queue => {
  const queue = queues.find((candidate) => candidate.arn === arn);
  if (queue === undefined) throw new Error(`the template has no queue ${arn}`);
  return queue;
};
