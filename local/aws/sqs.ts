import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import { LOCAL_REGION } from "../template/place.ts";
import type { Queue } from "../template/queues.ts";
import { localClientConfig } from "./client-config.ts";

/**
 * SQS as fauxqs imitates it. Messages live in memory, and standard queues forget their `MessageGroupId`: there is no fair
 * queueing here.
 */
export interface LocalSqs {
  readonly url: string;
  /** A client for the stack's own use. */
  readonly client: SQSClient;
  createQueues(queues: readonly Queue[]): Promise<void>;
  send(queue: Pick<Queue, "url">, body: string): Promise<void>;
  stop(): Promise<void>;
}

/** The host that fauxqs puts into queue URLs; not every machine can resolve it. */
const FAUXQS_HOST = /http:\/\/sqs\.[a-z0-9-]+\.localhost:/g;

/** Starts fauxqs on 127.0.0.1 and any free port. */
export const startSqs = async (): Promise<LocalSqs> => {
  const app = buildApp({ logger: false, defaultRegion: LOCAL_REGION });
  app.addHook("onSend", async ({ headers }, _reply, payload) => {
    const answersWithUrl = /\.(?:CreateQueue|GetQueueUrl|ListQueues)$/.test(String(headers["x-amz-target"]));
    return answersWithUrl && typeof payload === "string"
      ? payload.replaceAll(FAUXQS_HOST, "http://127.0.0.1:")
      : payload;
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = new SQSClient(localClientConfig(url));
  return {
    url,
    client,
    createQueues: async (queues) => {
      await Promise.all(
        queues.map(({ name, attributes }) =>
          client.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...attributes } })),
        ),
      );
    },
    send: async ({ url: QueueUrl }, body) => {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    },
    stop: async () => {
      client.destroy();
      await app.close();
    },
  };
};
