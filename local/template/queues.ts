import * as z from "zod/mini";
import { readProperties } from "./read-properties.ts";
import type { Resource, Resources } from "./resources.ts";

/** A queue to create. */
export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** Attributes as `CreateQueue` takes them: texts. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A queue that feeds a function. */
export interface QueueMapping {
  readonly queueArn: string;
  /** Name or ARN of the function. */
  readonly functionId: string;
  readonly batchSize: number;
  /** Seconds for which messages are gathered into a batch; 0 sends what is there. */
  readonly batchingWindowSeconds: number;
  readonly reportsItemFailures: boolean;
  /** Most invocations at a time, undefined for no bound of its own. */
  readonly maximumConcurrency: number | undefined;
}

/** Queue properties that change how messages travel. Encryption and tags do not. */
const ATTRIBUTES = [
  "DelaySeconds",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "RedrivePolicy",
  "VisibilityTimeout",
] as const;

/** The template's queues. */
export const readQueues = (resources: Resources): readonly Queue[] => resources.ofType("AWS::SQS::Queue").map(toQueue);

const toQueue = ({ name, ref, attributes, properties }: Resource): Queue => ({
  name,
  url: ref,
  arn: attributes.Arn ?? "",
  attributes: Object.fromEntries(
    ATTRIBUTES.flatMap((attribute) => {
      const value = properties[attribute];
      if (value === undefined) return [];
      return [[attribute, typeof value === "object" ? JSON.stringify(value) : String(value)]];
    }),
  ),
});

const mappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z._default(z.coerce.number(), 10),
  MaximumBatchingWindowInSeconds: z._default(z.coerce.number(), 0),
  FunctionResponseTypes: z._default(z.array(z.literal("ReportBatchItemFailures")), []),
  ScalingConfig: z.optional(z.object({ MaximumConcurrency: z.optional(z.coerce.number()) })),
});

/** The template's mappings of queues to functions. */
export const readQueueMappings = (resources: Resources): readonly QueueMapping[] =>
  resources.ofType("AWS::Lambda::EventSourceMapping").map((resource) => {
    const properties = readProperties(mappingProperties, resource);
    return {
      queueArn: properties.EventSourceArn,
      functionId: properties.FunctionName,
      batchSize: properties.BatchSize,
      batchingWindowSeconds: properties.MaximumBatchingWindowInSeconds,
      reportsItemFailures: properties.FunctionResponseTypes.length > 0,
      maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
    };
  });
