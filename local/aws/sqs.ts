import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { listen } from "../http-server.ts";
import type { Queue } from "../template/queues.ts";
import { localClientConfig } from "./client-config.ts";
import { awsJsonListener } from "./json-protocol.ts";
import { sqsOperations } from "./sqs/operations.ts";
import { createQueueRegistry } from "./sqs/queue-registry.ts";

/** SQS with fair standard queues. Messages live in memory. */
export interface LocalSqs {
  readonly url: string;
  /** A client for the stack's own use. */
  readonly client: SQSClient;
  /** Makes queues; of one with `batchesPerGroup`, a group is in no more batches, and in one unless they take long. */
  createQueues(queues: readonly (Pick<Queue, "name" | "attributes"> & { readonly batchesPerGroup?: number })[]): void;
  /** Tells that nobody works on a message any more, although nobody has deleted it. */
  abandon(queue: Pick<Queue, "url">, receiptHandle: string): void;
  send(queue: Pick<Queue, "url">, body: string, group?: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts SQS on 127.0.0.1 and any free port. */
export const startSqs = async (): Promise<LocalSqs> => {
  const server = await listen();
  const queues = createQueueRegistry(server.url);
  server.serve(awsJsonListener("AmazonSQS", sqsOperations(queues)));
  const client = new SQSClient(localClientConfig(server.url));
  return {
    url: server.url,
    client,
    createQueues: (wanted) => {
      for (const { name, attributes, batchesPerGroup } of wanted) queues.create(name, attributes, batchesPerGroup);
    },
    abandon: ({ url }, receiptHandle) => queues.find(url).messages.abandon(receiptHandle),
    send: async ({ url: QueueUrl }, body, group) => {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: group }));
    },
    stop: async () => {
      client.destroy();
      for (const { messages } of queues.all()) messages.stop();
      await server.stop();
    },
  };
};
