import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import pLimit from "p-limit";
import type { DeliverJob } from "../contracts/deliver-job.ts";
import { tenantOf } from "../domain/scope.ts";
import type { Outbox } from "../flow/ports.ts";

/** Entries and bytes SQS takes in one SendMessageBatch (SQS developer guide, "Message quotas", 256 KiB being safe everywhere). */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

/** Requests under way at once: a burst of one tenant is not to be in the way of the next one's single mail. */
const MAX_PARALLEL = 4;

/** The outbox on SQS. The tenant is the message group, so that a busy tenant delays only itself (SQS fair queues). */
export const createOutbox = (client: Pick<SQSClient, "send">, queueUrl: string): Outbox => {
  const sendBatch = async (batch: readonly Entry[]): Promise<DeliverJob[]> => {
    try {
      const answer = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map(({ job, body, delaySeconds }, index) => ({
            Id: String(index),
            MessageBody: body,
            MessageGroupId: tenantOf(job.scope),
            ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
          })),
        }),
      );
      const failed = new Set((answer.Failed ?? []).map(({ Id }) => Number(Id)));
      return batch.filter((_, index) => failed.has(index)).map(({ job }) => job);
    } catch {
      // The SDK has tried again already; whoever asked decides what an unsent job means.
      return batch.map(({ job }) => job);
    }
  };

  return {
    async send(jobs, delaySecondsOf = () => 0) {
      const batches = toBatches(
        jobs.map((job) => ({ job, body: JSON.stringify(job), delaySeconds: delaySecondsOf(job) })),
      );
      const unsent = await pLimit(MAX_PARALLEL).map(batches, sendBatch);
      return unsent.flat();
    },
  };
};

/** The outbox with a client of its own, for those who load it on first use. */
export const openOutbox = (queueUrl: string): Outbox => createOutbox(new SQSClient(), queueUrl);

interface Entry {
  readonly job: DeliverJob;
  readonly body: string;
  readonly delaySeconds: number;
}

const toBatches = (entries: readonly Entry[]): Entry[][] => {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.body);
    const current = batches.at(-1);
    if (current === undefined || current.length === MAX_ENTRIES || bytes + size > MAX_BYTES) {
      batches.push([entry]);
      bytes = size;
    } else {
      current.push(entry);
      bytes += size;
    }
  }
  return batches;
};
