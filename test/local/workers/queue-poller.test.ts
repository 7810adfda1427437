import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LocalSqs, startSqs } from "../../../local/aws/sqs.ts";
import type { Queue, QueueMapping } from "../../../local/template/queues.ts";
import type { InvocationResult } from "../../../local/workers/invocation.ts";
import { type QueuePoller, startQueuePoller } from "../../../local/workers/queue-poller.ts";

/** Far longer than it takes on any machine: only a poller that is broken gets there. */
const SOON = { timeout: 20_000 };

let sqs: LocalSqs;
let poller: QueuePoller | undefined;

beforeEach(async () => {
  sqs = await startSqs();
});

afterEach(async () => {
  await poller?.stop();
  await sqs.stop();
});

const queueOf = (name: string, attributes: Record<string, string>): Queue => ({
  name,
  url: `${sqs.url}/000000000000/${name}`,
  arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
  attributes,
});

const createQueues = async (visibilitySeconds: number, bound: { batchesPerGroup?: number } = {}) => {
  const dlq = queueOf("dlq", {});
  const redrive = JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: 2 });
  const queue = queueOf("events", { VisibilityTimeout: String(visibilitySeconds), RedrivePolicy: redrive });
  sqs.createQueues([dlq, { ...queue, ...bound }]);
  return { queue, dlq };
};

const DONE: InvocationResult = { ok: true, payload: "{}" };

/** Starts a poller on a function, and tells the batches that the function has seen. */
const poll = (
  queue: Queue,
  handle: (event: SQSEvent) => InvocationResult | Promise<InvocationResult>,
  { concurrency = 1, ...changes }: Partial<QueueMapping> & { concurrency?: number } = {},
): { readonly batches: string[][] } => {
  const batches: string[][] = [];
  const mapping: QueueMapping = {
    queueArn: queue.arn,
    functionId: "deliver",
    batchSize: 10,
    batchingWindowSeconds: 0,
    reportsItemFailures: true,
    maximumConcurrency: undefined,
    ...changes,
  };
  poller = startQueuePoller({
    client: sqs.client,
    queue,
    mapping,
    concurrency,
    invoke: async (event) => {
      const batch = event as SQSEvent;
      batches.push(batch.Records.map(({ body }) => body));
      return handle(batch);
    },
    onUndone: ({ ReceiptHandle = "" }) => sqs.abandon(queue, ReceiptHandle),
    report: (message) => {
      throw new Error(message);
    },
  });
  return { batches };
};

const messagesIn = async (queue: Queue): Promise<number> => {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: [...AttributeNames] });
  const { Attributes = {} } = await sqs.client.send(command);
  return AttributeNames.reduce((total, name) => total + Number(Attributes[name]), 0);
};

describe("a queue poller", () => {
  test("hands messages over and deletes those that were handled", async () => {
    const { queue, dlq } = await createQueues(30);
    const { batches } = poll(queue, () => DONE);

    await sqs.send(queue, "one");

    await expect.poll(() => batches, SOON).toEqual([["one"]]);
    await expect.poll(() => messagesIn(queue), SOON).toBe(0);
    expect(await messagesIn(dlq)).toBe(0);
  });

  test("takes what waits in one batch, up to the batch size", async () => {
    const { queue } = await createQueues(30);
    for (const body of ["1", "2", "3", "4", "5"]) await sqs.send(queue, body);

    const { batches } = poll(queue, () => DONE, { batchSize: 3 });

    await expect
      .poll(() => batches)
      .toEqual([
        ["1", "2", "3"],
        ["4", "5"],
      ]);
    await expect.poll(() => messagesIn(queue), SOON).toBe(0);
  });

  test("hands reported failures over again and in the end to the dead-letter queue", async () => {
    const { queue, dlq } = await createQueues(1);
    await sqs.send(queue, "good");
    await sqs.send(queue, "bad");

    const { batches } = poll(queue, ({ Records }) => {
      const batchItemFailures = Records.filter(({ body }) => body === "bad").map((r) => ({
        itemIdentifier: r.messageId,
      }));
      return { ok: true, payload: JSON.stringify({ batchItemFailures }) };
    });

    await expect.poll(() => messagesIn(dlq), SOON).toBe(1);
    expect(batches).toEqual([["good", "bad"], ["bad"]]);
    expect(await messagesIn(queue)).toBe(0);
  });

  test("keeps a batch whose invocation failed", async () => {
    const { queue } = await createQueues(30);
    await sqs.send(queue, "one");

    const { batches } = poll(queue, () => ({ ok: false, error: { errorType: "E", errorMessage: "x" } }));

    await expect.poll(() => batches, SOON).toHaveLength(1);
    await poller?.stop();
    expect(await messagesIn(queue)).toBe(1);
  });

  test("has as many invocations under way as it may, and no more", async () => {
    const { queue } = await createQueues(30);
    for (const body of ["1", "2", "3"]) await sqs.send(queue, body);
    const finish: (() => void)[] = [];

    const { batches } = poll(queue, () => new Promise((resolve) => finish.push(() => resolve(DONE))), {
      batchSize: 1,
      concurrency: 2,
    });

    await expect.poll(() => finish, SOON).toHaveLength(2);
    expect(batches).toEqual([["1"], ["2"]]);
    finish[0]?.();
    await expect.poll(() => batches, SOON).toEqual([["1"], ["2"], ["3"]]);
    for (const resolve of finish) resolve();
    await expect.poll(() => messagesIn(queue), SOON).toBe(0);
  });

  test("works on no more batches of a group than it may, and on those of others meanwhile", async () => {
    const { queue } = await createQueues(30, { batchesPerGroup: 1 });
    for (const body of ["a1", "a2", "a3"]) await sqs.send(queue, body, "a");
    const finish: (() => void)[] = [];
    const { batches } = poll(queue, () => new Promise((resolve) => finish.push(() => resolve(DONE))), {
      concurrency: 5,
      batchSize: 2,
    });
    await expect.poll(() => batches, SOON).toEqual([["a1", "a2"]]);

    await sqs.send(queue, "b1", "b");
    await expect.poll(() => batches, SOON).toEqual([["a1", "a2"], ["b1"]]);
    finish[0]?.();

    await expect.poll(() => batches, SOON).toEqual([["a1", "a2"], ["b1"], ["a3"]]);
    for (const resolve of finish) resolve();
    await expect.poll(() => messagesIn(queue), SOON).toBe(0);
  });

  test("goes on with a group whose batch takes long, and does not wait for anything to come", async () => {
    const { queue } = await createQueues(30, { batchesPerGroup: 2 });
    for (const body of ["hung", "next"]) await sqs.send(queue, body, "a");
    const finish: (() => void)[] = [];
    const { batches } = poll(queue, () => new Promise((resolve) => finish.push(() => resolve(DONE))), {
      concurrency: 5,
      batchSize: 1,
    });

    await expect.poll(() => batches, SOON).toEqual([["hung"], ["next"]]);
    for (const resolve of finish) resolve();
    await expect.poll(() => messagesIn(queue), SOON).toBe(0);
  });

  test("goes on with a group whose invocation failed, although its messages are still hidden", async () => {
    const { queue } = await createQueues(30, { batchesPerGroup: 1 });
    for (const body of ["crash", "next"]) await sqs.send(queue, body, "a");

    const { batches } = poll(
      queue,
      ({ Records }) =>
        Records[0]?.body === "crash" ? { ok: false, error: { errorType: "E", errorMessage: "x" } } : DONE,
      { batchSize: 1 },
    );

    await expect.poll(() => batches, SOON).toEqual([["crash"], ["next"]]);
    await expect.poll(() => messagesIn(queue), SOON).toBe(1);
  });

  test("gathers messages for the batching window", async () => {
    const { queue } = await createQueues(30);
    const { batches } = poll(queue, () => DONE, { batchSize: 2, batchingWindowSeconds: 20 });

    await sqs.send(queue, "1");
    await sqs.send(queue, "2");

    await expect.poll(() => batches, SOON).toEqual([["1", "2"]]);
    await expect.poll(() => messagesIn(queue), SOON).toBe(0);
  });
});

describe("the local SQS", () => {
  test("answers queue URLs that any machine can reach, for whatever client asks", async () => {
    const { queue } = await createQueues(30);

    const { QueueUrl } = await sqs.client.send(new GetQueueUrlCommand({ QueueName: "events" }));

    expect(QueueUrl).toBe(queue.url);
  });
});
