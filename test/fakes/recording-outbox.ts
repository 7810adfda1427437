import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Outbox } from "../../shared/flow/ports.ts";

/** An outbox that remembers what it took, one list per call of `send`. */
export interface RecordingOutbox extends Outbox {
  readonly calls: DeliverJob[][];
  /** Everything taken so far. */
  readonly jobs: () => DeliverJob[];
  /** Seconds for which the queue was asked to keep a job back. */
  readonly delayOf: (job: DeliverJob) => number | undefined;
}

/** @param refuses which jobs cannot be enqueued; asked anew with every call. */
export const createRecordingOutbox = (refuses: (job: DeliverJob) => boolean = () => false): RecordingOutbox => {
  const calls: DeliverJob[][] = [];
  const delays = new Map<string, number>();
  return {
    calls,
    jobs: () => calls.flat(),
    delayOf: ({ deliveryId }) => delays.get(deliveryId),
    async send(jobs, delaySecondsOf = () => 0) {
      for (const job of jobs) delays.set(job.deliveryId, delaySecondsOf(job));
      const unsent = jobs.filter(refuses);
      calls.push(jobs.filter((job) => !unsent.includes(job)));
      return unsent;
    },
  };
};
