import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Outbox } from "../../shared/flow/ports.ts";

/** An outbox that remembers what it took, one list per call of `send`. */
export interface RecordingOutbox extends Outbox {
  readonly calls: DeliverJob[][];
  /** Everything taken so far. */
  readonly jobs: () => DeliverJob[];
}

/** @param refuses which jobs cannot be enqueued; asked anew with every call. */
export const createRecordingOutbox = (refuses: (job: DeliverJob) => boolean = () => false): RecordingOutbox => {
  const calls: DeliverJob[][] = [];
  return {
    calls,
    jobs: () => calls.flat(),
    async send(jobs) {
      const unsent = jobs.filter(refuses);
      calls.push(jobs.filter((job) => !unsent.includes(job)));
      return unsent;
    },
  };
};
