import { setTimeout as wait } from "node:timers/promises";
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_REGION } from "../template/place.ts";
import type { Queue, QueueMapping } from "../template/queues.ts";
import type { Invoke } from "./invocation.ts";
import { successesOf, toSqsEvent } from "./sqs-event.ts";

/** Feeds a function from a queue until it is stopped. */
export interface QueuePoller {
  /** Stops receiving. Messages under way are left to their visibility timeout. */
  stop(): Promise<void>;
}

/** What a poller is made with. */
export interface QueuePollerOptions {
  readonly client: SQSClient;
  readonly queue: Queue;
  readonly mapping: QueueMapping;
  /** Most invocations at a time. */
  readonly concurrency: number;
  readonly invoke: Invoke;
  /** Told of each message whose invocation has ended without its being done. */
  readonly onUndone: (message: Message) => void;
  readonly report: (message: string) => void;
}

/** Most messages in one receive. Source: Amazon SQS API reference, ReceiveMessage. */
const MAX_RECEIVE = 10;
const LONG_POLL_SECONDS = 20;
const RETRY_DELAY_MS = 500;

/**
 * Does what Lambda's event source mapping does: receives by long polling while less than `concurrency` invocations are
 * under way, deletes the messages that were handled, and leaves failed ones to their visibility timeout.
 */
export const startQueuePoller = (options: QueuePollerOptions): QueuePoller => {
  const { concurrency, report, queue } = options;
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const messages = await gatherBatch(options, stopping.signal);
      if (messages.length > 0) {
        const handling = handleBatch(options, messages).finally(() => underWay.delete(handling));
        underWay.add(handling);
      }
      if (underWay.size >= concurrency) await Promise.race(underWay);
    }
  };
  const pollAgainAfterFailure = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await poll().catch(async (error: unknown) => {
        if (stopping.signal.aborted) return;
        report(`Cannot poll ${queue.name}: ${error instanceof Error ? error.message : String(error)}`);
        await wait(RETRY_DELAY_MS);
      });
    }
  };
  const polling = pollAgainAfterFailure();

  return {
    stop: async () => {
      stopping.abort();
      await polling;
    },
  };
};

/** Waits for messages, and with a batching window for more of them, up to a full batch. */
const gatherBatch = async (options: QueuePollerOptions, signal: AbortSignal): Promise<readonly Message[]> => {
  const { batchSize, batchingWindowSeconds } = options.mapping;
  const messages = [...(await receive(options, { max: batchSize, waitSeconds: LONG_POLL_SECONDS, signal }))];
  const windowEndsMs = Date.now() + batchingWindowSeconds * 1000;
  while (messages.length > 0 && messages.length < batchSize && Date.now() < windowEndsMs) {
    const waitSeconds = Math.ceil((windowEndsMs - Date.now()) / 1000);
    messages.push(...(await receive(options, { max: batchSize - messages.length, waitSeconds, signal })));
  }
  return messages;
};

const receive = async (
  { client, queue }: QueuePollerOptions,
  { max, waitSeconds, signal }: { readonly max: number; readonly waitSeconds: number; readonly signal: AbortSignal },
): Promise<readonly Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    MaxNumberOfMessages: Math.min(max, MAX_RECEIVE),
    WaitTimeSeconds: Math.min(waitSeconds, LONG_POLL_SECONDS),
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  const { Messages = [] } = await client.send(command, { abortSignal: signal });
  return Messages;
};

const handleBatch = async (options: QueuePollerOptions, messages: readonly Message[]): Promise<void> => {
  const { client, queue, mapping, invoke, onUndone, report } = options;
  const event = toSqsEvent(messages, { queueArn: queue.arn, region: LOCAL_REGION });
  const result = await invoke(event, messages[0]?.Attributes?.MessageGroupId);
  const done = successesOf(messages, result, mapping.reportsItemFailures);
  for (const message of messages) if (!done.includes(message)) onUndone(message);
  try {
    for (let first = 0; first < done.length; first += MAX_RECEIVE) {
      const Entries = done
        .slice(first, first + MAX_RECEIVE)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    }
  } catch (error) {
    report(`Cannot delete messages of ${queue.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
};
