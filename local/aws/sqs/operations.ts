import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import type { Input, Operations } from "../json-protocol.ts";
import { changeVisibility, deleteMessage, receiveMessages, sendMessage } from "./message-operations.ts";
import type { NamedQueue, QueueRegistry } from "./queue-registry.ts";
import { inBatch, readInput } from "./read-input.ts";

const createInput = z.object({
  QueueName: z.string().check(z.regex(/^[\w-]{1,80}$/)),
  Attributes: z._default(z.record(z.string(), z.string()), {}),
});
const namesInput = z.object({ AttributeNames: z._default(z.array(z.string()), []) });

/** SQS for standard queues: making and finding queues, and all that is done with messages. */
export const sqsOperations = (queues: QueueRegistry): Operations => {
  const onQueue =
    (operate: (queue: NamedQueue, input: Input) => unknown) =>
    (input: Input): unknown =>
      operate(queues.find(String(input.QueueUrl)), input);
  const onEntries = (operate: (queue: NamedQueue, entry: Input) => object) =>
    onQueue((queue, input) => inBatch(input, (entry) => operate(queue, entry)));

  return {
    CreateQueue: (input) => {
      const { QueueName, Attributes } = readInput(createInput, input);
      return { QueueUrl: queues.create(QueueName, Attributes).url };
    },
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: queues.find(String(QueueName)).url }),
    ListQueues: ({ QueueNamePrefix = "" }) => ({
      QueueUrls: queues.all().flatMap(({ name, url }) => (name.startsWith(String(QueueNamePrefix)) ? [url] : [])),
    }),
    GetQueueAttributes: onQueue(describeQueue),
    StartMessageMoveTask: (input) => moveMessages(queues, input),
    PurgeQueue: onQueue(({ messages }) => messages.purge()),
    SendMessage: onQueue(sendMessage),
    SendMessageBatch: onEntries(sendMessage),
    ReceiveMessage: onQueue(receiveMessages),
    DeleteMessage: onQueue(deleteMessage),
    DeleteMessageBatch: onEntries(deleteMessage),
    ChangeMessageVisibility: onQueue(changeVisibility),
    ChangeMessageVisibilityBatch: onEntries(changeVisibility),
  };
};

const moveInput = z.object({ SourceArn: z.string(), DestinationArn: z.optional(z.string()) });

/** `StartMessageMoveTask`, which ends at once here. Without a destination messages go back to where they came from. */
const moveMessages = (queues: QueueRegistry, input: Input) => {
  const { SourceArn, DestinationArn } = readInput(moveInput, input);
  const source = queues.findByArn(SourceArn);
  const destination = DestinationArn === undefined ? queues.feederOf(source) : queues.findByArn(DestinationArn);
  source.messages.moveTo(destination.messages);
  return { TaskHandle: randomUUID() };
};

const describeQueue = ({ arn, attributes, messages }: NamedQueue, input: Input) => {
  const { AttributeNames } = readInput(namesInput, input);
  const { visible, inFlight, delayed } = messages.counts();
  const all = {
    ...attributes,
    QueueArn: arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
  const asked = Object.entries(all).filter(([name]) => AttributeNames.includes("All") || AttributeNames.includes(name));
  return { Attributes: Object.fromEntries(asked) };
};
