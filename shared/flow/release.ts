import pLimit from "p-limit";
import type { DeliverJob } from "../contracts/deliver-job.ts";
import type { ProductMetrics } from "../contracts/metrics.ts";
import type { Log } from "../domain/log.ts";
import type { Outbox } from "./ports.ts";
import type { DueDelivery, DueIndex } from "./waiting-ports.ts";

/** What releasing needs. */
export interface ReleaseDeps {
  readonly dueIndex: DueIndex;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly metrics: ProductMetrics;
  readonly now: () => Date;
}

/**
 * Most deliveries looked up at once; a run goes on until none is left or its time is up. Each shard of the index may be
 * asked for as many, of which the others are read in vain.
 */
const ROUND = 50;

/** Deliveries taken at once. More would not be faster for one small function, and in the way of those who send. */
const MOST_AT_ONCE = 4;

/**
 * Deliveries due until the run after the next one are released now and kept back by the queue until their second comes:
 * mails that wait for the rate of a server must not come back all together each minute, nor after a run that was late
 * or failed.
 */
const LOOK_AHEAD_SECONDS = 120;

/** A released job that reaches no sender within this time is released again. */
const RELEASE_AGAIN_SECONDS = 900;

/**
 * Puts every delivery that is due, or is so within two minutes, back into the outbox, earliest first. Each is pushed
 * back in the due index before its job is sent: two overlapping runs cannot send it twice, and a run that dies in
 * between loses nothing.
 * @param mayGoOn asked before each round; false leaves the rest to the next run.
 */
export const release = async (deps: ReleaseDeps, mayGoOn: () => boolean): Promise<number> => {
  let released = 0;
  let stale = 0;
  while (mayGoOn()) {
    const now = deps.now();
    const limit = ROUND + stale;
    const due = await deps.dueIndex.due(secondsAfter(now, LOOK_AHEAD_SECONDS), limit);
    const { taken, failed } = await takeAll(deps, due, now);
    if (taken.size === 0 && (failed > 0 || due.length < limit)) break;
    // The index trails the table: what it still shows although it has been taken, by an earlier round or another run,
    // must not hide what is behind.
    stale = due.length - taken.size;
    const unsent = await deps.outbox.send([...taken.keys()], (job) => delaySecondsOf(taken.get(job) ?? 0));
    const sent = taken.size - unsent.length;
    released += sent;
    if (sent > 0)
      deps.metrics.add({ name: "MailsReleased", value: sent }, { name: "ReleaseDelay", value: latestOf(taken) });
    if (unsent.length > 0) deps.log.warn("delivery.not-released", { count: unsent.length });
  }
  if (released > 0) deps.log.info("delivery.released", { count: released });
  return released;
};

/** How late the latest of the jobs is, in milliseconds. */
const latestOf = (taken: ReadonlyMap<DeliverJob, number>): number =>
  [...taken.values()].reduce((latest, dueInMs) => Math.max(latest, -dueInMs), 0);

/** Whole seconds for which the queue keeps back what is due in so many milliseconds. */
const delaySecondsOf = (dueInMs: number): number => Math.max(0, Math.ceil(dueInMs / 1000));

/** The jobs taken, each with the milliseconds until it is due, and how many could not be. */
const takeAll = async (
  deps: ReleaseDeps,
  due: readonly DueDelivery[],
  now: Date,
): Promise<{ readonly taken: ReadonlyMap<DeliverJob, number>; readonly failed: number }> => {
  let failed = 0;
  const taken = await pLimit(MOST_AT_ONCE).map(due, async (delivery) => {
    const dueInMs = Date.parse(delivery.dueAt) - now.getTime();
    try {
      const againAt = secondsAfter(now, delaySecondsOf(dueInMs) + RELEASE_AGAIN_SECONDS);
      const job = await deps.dueIndex.take(delivery, againAt);
      return job === undefined ? [] : [[job, dueInMs] as const];
    } catch (error) {
      failed += 1;
      deps.log.error("delivery.not-taken", { deliveryId: delivery.sk }, error);
      return [];
    }
  });
  return { taken: new Map(taken.flat()), failed };
};

const secondsAfter = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000);
