import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../template/place.ts";
import { AwsError } from "../json-protocol.ts";
import type { MessageContent } from "./message-content.ts";
import { createMessageQueue, type MessageQueue } from "./message-queue.ts";

/** A queue with its name and attributes. */
export interface NamedQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** As `CreateQueue` takes them: texts. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messages: MessageQueue<MessageContent>;
}

/** The queues of the stack. */
export interface QueueRegistry {
  /**
   * Makes a queue; one that exists already stays as it is.
   * @param batchesPerGroup most batches that one group is in, see `createFairLine`; none given, there is no bound.
   */
  create(name: string, attributes: Readonly<Record<string, string>>, batchesPerGroup?: number): NamedQueue;
  /**
   * The queue with this name, or at this URL whatever its host.
   * @throws AwsError `QueueDoesNotExist`.
   */
  find(nameOrUrl: string): NamedQueue;
  /** The queue with this ARN. @throws AwsError `QueueDoesNotExist`. */
  findByArn(arn: string): NamedQueue;
  /** The queue whose dead letters a queue takes. @throws AwsError `InvalidParameterValue` when it takes nobody's. */
  feederOf(deadLetters: NamedQueue): NamedQueue;
  all(): readonly NamedQueue[];
}

/** Source: SQS API reference, `CreateQueue`. */
const DEFAULTS = {
  DelaySeconds: "0",
  MaximumMessageSize: String(1024 * 1024),
  MessageRetentionPeriod: String(4 * 86_400),
  ReceiveMessageWaitTimeSeconds: "0",
  VisibilityTimeout: "30",
} as const;

/** Makes a registry without queues, whose URLs begin with `rootUrl`. */
export const createQueueRegistry = (rootUrl: string): QueueRegistry => {
  const queues = new Map<string, NamedQueue>();
  const find = (nameOrUrl: string): NamedQueue => {
    const queue = queues.get(nameOrUrl.slice(nameOrUrl.lastIndexOf("/") + 1));
    if (queue === undefined) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  };
  const findByArn = (arn: string): NamedQueue => find(arn.slice(arn.lastIndexOf(":") + 1));
  return {
    find,
    findByArn,
    feederOf({ arn }) {
      const feeder = [...queues.values()].find(
        ({ attributes }) => deadLettersOf(attributes.RedrivePolicy)?.arn === arn,
      );
      if (feeder === undefined)
        throw new AwsError("InvalidParameterValue", "Source queue must be a dead-letter queue.");
      return feeder;
    },
    all: () => [...queues.values()],
    create(name, given, batchesPerGroup) {
      const known = queues.get(name);
      if (known !== undefined) return known;
      const attributes = { ...DEFAULTS, ...given };
      const queue: NamedQueue = {
        name,
        url: `${rootUrl}/${LOCAL_ACCOUNT_ID}/${name}`,
        arn: `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:${name}`,
        attributes,
        messages: createMessageQueue({
          batchesPerGroup,
          visibilitySeconds: Number(attributes.VisibilityTimeout),
          redrive: redriveOf(given.RedrivePolicy, (arn) => findByArn(arn).messages),
        }),
      };
      queues.set(name, queue);
      return queue;
    },
  };
};

const deadLettersOf = (policy: string | undefined) => {
  if (policy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy);
  return { arn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) };
};

const redriveOf = (policy: string | undefined, deadLettersAt: (arn: string) => MessageQueue<MessageContent>) => {
  const found = deadLettersOf(policy);
  return found && { maxReceiveCount: found.maxReceiveCount, deadLetters: () => deadLettersAt(found.arn) };
};
