import type { DeliverJob } from "../contracts/deliver-job.ts";
import type { Log } from "../domain/log.ts";
import type { DueDelivery, DueIndex, Outbox } from "./ports.ts";

/** What releasing needs. */
export interface ReleaseDeps {
  readonly dueIndex: DueIndex;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly now: () => Date;
}

/** Most deliveries looked up at once; a run goes on until none is left or its time is up. */
const ROUND = 200;

/** A released job that reaches no sender within this time is released again. */
const RELEASE_AGAIN_SECONDS = 900;

/**
 * Puts every delivery that is due back into the outbox, earliest first. Each is pushed back in the due index before its
 * job is sent: two overlapping runs cannot send it twice, and a run that dies in between loses nothing.
 * @param mayGoOn asked before each round; false leaves the rest to the next run.
 */
export const release = async (deps: ReleaseDeps, mayGoOn: () => boolean): Promise<number> => {
  let released = 0;
  while (mayGoOn()) {
    const now = deps.now();
    const due = await deps.dueIndex.due(now, ROUND);
    if (due.length === 0) break;
    const againAt = new Date(now.getTime() + RELEASE_AGAIN_SECONDS * 1000);
    const jobs = await takeAll(deps, due, againAt);
    // The index trails the table a little: what it still shows has been taken, by an earlier round or another run.
    if (jobs.length === 0) break;
    const unsent = await deps.outbox.send(jobs);
    released += jobs.length - unsent.length;
    if (unsent.length > 0) deps.log.warn("delivery.not-released", { count: unsent.length });
  }
  if (released > 0) deps.log.info("delivery.released", { count: released });
  return released;
};

const takeAll = async (deps: ReleaseDeps, due: readonly DueDelivery[], againAt: Date): Promise<DeliverJob[]> => {
  const taken = await Promise.all(
    due.map((delivery) =>
      deps.dueIndex.take(delivery, againAt).catch((error: unknown) => {
        deps.log.error("delivery.not-taken", { deliveryId: delivery.sk }, error);
        return undefined;
      }),
    ),
  );
  return taken.filter((job) => job !== undefined);
};
