import * as z from "zod/mini";
import { LOCAL_ACCOUNT_ID } from "../../template/place.ts";
import { AwsError, type Input } from "../json-protocol.ts";
import {
  bytesOf,
  type MessageContent,
  md5OfAttributes,
  md5OfBody,
  messageAttributes,
  messageBody,
} from "./message-content.ts";
import type { Receipt } from "./message-queue.ts";
import type { NamedQueue } from "./queue-registry.ts";
import { MAX_BATCH, readInput, wholeNumber } from "./read-input.ts";

/** What these operations work on. */
type Queue = Pick<NamedQueue, "attributes" | "messages">;

const visibility = wholeNumber(0, 43_200);
const names = z._default(z.array(z.string()), []);

const sendInput = z.object({
  MessageBody: messageBody,
  MessageAttributes: messageAttributes,
  MessageGroupId: z.optional(z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/))),
  DelaySeconds: z.optional(wholeNumber(0, 900)),
});

/** `SendMessage`, and an entry of `SendMessageBatch`. */
export const sendMessage = ({ attributes, messages }: Queue, input: Input) => {
  const { MessageBody, MessageAttributes, MessageGroupId, DelaySeconds } = readInput(sendInput, input);
  const content = { body: MessageBody, attributes: MessageAttributes };
  if (bytesOf(content) > Number(attributes.MaximumMessageSize)) {
    throw new AwsError("InvalidParameterValue", `Message must be shorter than ${attributes.MaximumMessageSize} bytes.`);
  }
  return {
    MessageId: messages.send(content, {
      group: MessageGroupId,
      delaySeconds: DelaySeconds ?? Number(attributes.DelaySeconds),
    }),
    MD5OfMessageBody: md5OfBody(content),
    MD5OfMessageAttributes: md5OfAttributes(content),
  };
};

const receiveInput = z.object({
  MaxNumberOfMessages: z._default(wholeNumber(1, MAX_BATCH), 1),
  WaitTimeSeconds: z.optional(wholeNumber(0, 20)),
  VisibilityTimeout: z.optional(visibility),
  MessageSystemAttributeNames: names,
  /** The former name of the same. */
  AttributeNames: names,
  MessageAttributeNames: names,
});

/** `ReceiveMessage`. Of the message attributes all are answered when any are asked for. */
export const receiveMessages = async ({ attributes, messages }: Queue, input: Input) => {
  const asked = readInput(receiveInput, input);
  const received = await messages.receive({
    most: asked.MaxNumberOfMessages,
    waitSeconds: asked.WaitTimeSeconds ?? Number(attributes.ReceiveMessageWaitTimeSeconds),
    visibilitySeconds: asked.VisibilityTimeout,
  });
  const systemNames = [...asked.MessageSystemAttributeNames, ...asked.AttributeNames];
  const withAttributes = asked.MessageAttributeNames.length > 0;
  return { Messages: received.map((receipt) => toMessage(receipt, systemNames, withAttributes)) };
};

const toMessage = ({ handle, message }: Receipt<MessageContent>, systemNames: string[], withAttributes: boolean) => {
  const system = Object.entries({
    SenderId: LOCAL_ACCOUNT_ID,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
  }).filter(([name]) => systemNames.includes("All") || systemNames.includes(name));
  const { content } = message;
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    Body: content.body,
    MD5OfBody: md5OfBody(content),
    ...(system.length > 0 ? { Attributes: Object.fromEntries(system) } : {}),
    ...(withAttributes && Object.keys(content.attributes).length > 0
      ? { MessageAttributes: content.attributes, MD5OfMessageAttributes: md5OfAttributes(content) }
      : {}),
  };
};

const deleteInput = z.object({ ReceiptHandle: z.string() });

/** `DeleteMessage`, and an entry of `DeleteMessageBatch`. */
export const deleteMessage = ({ messages }: Queue, input: Input) => {
  messages.remove(readInput(deleteInput, input).ReceiptHandle);
  return {};
};

const visibilityInput = z.object({ ReceiptHandle: z.string(), VisibilityTimeout: visibility });

/** `ChangeMessageVisibility`, and an entry of `ChangeMessageVisibilityBatch`. */
export const changeVisibility = ({ messages }: Queue, input: Input) => {
  const { ReceiptHandle, VisibilityTimeout } = readInput(visibilityInput, input);
  if (!messages.hide(ReceiptHandle, VisibilityTimeout)) {
    throw new AwsError("MessageNotInflight", "The message is not in flight.");
  }
  return {};
};
