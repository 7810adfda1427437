import type { DeliverDeps } from "../../shared/flow/deliver.ts";
import type { NotifyDeps } from "../../shared/flow/notify.ts";

/** An outage of something of ours, as the SDK would report it. */
export class Outage extends Error {
  override readonly name = "ProvisionedThroughputExceededException";
}

/** A call that sometimes fails before its work, and sometimes after: then the work is done, and nobody knows. */
const flaky =
  <A extends unknown[], R>(call: (...args: A) => Promise<R>, share: number, random: () => number, only?: "after") =>
  async (...args: A): Promise<R> => {
    if (only === undefined && random() < share) throw new Outage("before the work");
    const result = await call(...args);
    if (random() < share) throw new Outage("after the work");
    return result;
  };

/** An intake whose table and queue fail now and then. @param share of all calls, in [0, 1]. */
export const failingIntake = (deps: NotifyDeps, share: number, random: () => number): NotifyDeps => ({
  ...deps,
  events: {
    ...deps.events,
    receive: flaky(deps.events.receive, share, random),
    recordRouted: flaky(deps.events.recordRouted, share, random),
  },
  outbox: {
    send: async (jobs) => {
      const refused = new Set(jobs.filter(() => random() < share));
      return [...(await deps.outbox.send(jobs.filter((job) => !refused.has(job)))), ...refused];
    },
  },
});

/**
 * A sender whose table fails now and then, though never between the server's answer and its record: only then nobody
 * could know whether the mail went out.
 */
export const failingSender = (deps: DeliverDeps, share: number, random: () => number): DeliverDeps => ({
  ...deps,
  deliveries: {
    ...deps.deliveries,
    claim: flaky(deps.deliveries.claim, share, random),
    settle: flaky(deps.deliveries.settle, share, random, "after"),
  },
});
