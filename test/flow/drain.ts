import { type DeliverJob, parseDeliverJob } from "../../shared/contracts/deliver-job.ts";
import { deliver } from "../../shared/flow/deliver.ts";
import type { Outbox } from "../../shared/flow/ports.ts";
import { release } from "../../shared/flow/release.ts";
import type { DueIndex } from "../../shared/flow/waiting-ports.ts";
import type { createSender } from "./sender-in-memory.ts";

/** A message of a simulated queue. */
interface Queued {
  readonly body: string;
  readonly visibleAtMs: number;
}

/** What a simulated minute looks like. */
export interface DrainSetting {
  readonly sender: ReturnType<typeof createSender>;
  readonly jobs: readonly DeliverJob[];
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Senders that take batches from the queue side by side. */
  readonly senders: number;
  /** Whether the run of `release` in this minute fails; none does unless given. */
  readonly isMissed?: (minute: number) => boolean;
}

/** The due index over what a memory store lets wait. */
const dueIndexOf = ({ sender, jobs }: DrainSetting): DueIndex => {
  const taken = new Map<string, { readonly was: string; readonly again: string }>();
  const dueAtOf = ({ deliveryId }: DeliverJob): string | undefined => {
    const dueAt = sender.deliveries.waiting(deliveryId)?.dueAt;
    const moved = taken.get(deliveryId);
    return moved !== undefined && moved.was === dueAt ? moved.again : dueAt;
  };
  return {
    async due(time, limit) {
      const end = time.toISOString();
      return jobs
        .flatMap((job) => {
          const dueAt = dueAtOf(job);
          return dueAt !== undefined && dueAt <= end ? [{ pk: "", sk: String(job.deliveryId), dueAt }] : [];
        })
        .sort((a, b) => a.dueAt.localeCompare(b.dueAt))
        .slice(0, limit);
    },
    async take({ sk }, againAt) {
      const waiting = sender.deliveries.waiting(sk as DeliverJob["deliveryId"]);
      if (waiting === null) return undefined;
      taken.set(sk, { was: waiting.dueAt, again: againAt.toISOString() });
      return parseDeliverJob(JSON.stringify(waiting.job));
    },
  };
};

/**
 * Runs senders and `release` at a clock of their own until every mail has ended: a run each minute, messages that take
 * up to three seconds to reach a sender, batches of ten side by side.
 * @param each called as each second begins.
 * @throws Error when it takes more than a day.
 */
export const drain = async (setting: DrainSetting, each: (second: number) => void = () => {}): Promise<number> => {
  const { sender, jobs, random, senders, isMissed = () => false } = setting;
  const nowMs = () => sender.deps.now().getTime();
  let queue: Queued[] = jobs.map((job) => ({ body: JSON.stringify(job), visibleAtMs: nowMs() }));
  const outbox: Outbox = {
    async send(sent, delaySecondsOf = () => 0) {
      for (const job of sent) {
        const visibleAtMs = nowMs() + (delaySecondsOf(job) + random() * 3) * 1000;
        queue.push({ body: JSON.stringify(job), visibleAtMs });
      }
      return [];
    },
  };
  const releaseDeps = {
    dueIndex: dueIndexOf(setting),
    outbox,
    log: sender.log,
    metrics: sender.metrics,
    now: sender.deps.now,
  };
  for (let second = 0; second < 86_400; second += 1) {
    each(second);
    if (second % 60 === 59 && !isMissed(Math.floor(second / 60))) await release(releaseDeps, () => true);
    const visible = queue.filter(({ visibleAtMs }) => visibleAtMs <= nowMs());
    queue = queue.filter(({ visibleAtMs }) => visibleAtMs > nowMs());
    const batches = Array.from({ length: Math.ceil(visible.length / 10) }, (_, at) =>
      visible.slice(at * 10, at * 10 + 10),
    );
    while (batches.length > 0) {
      const round = batches.splice(0, senders);
      await Promise.all(
        round.map(async (batch) => {
          const again = await deliver(
            sender.deps,
            batch.map(({ body }, index) => ({ id: `m${index}`, body })),
          );
          for (const id of again)
            queue.push({ body: batch[Number(id.slice(1))]?.body ?? "", visibleAtMs: nowMs() + 60_000 });
        }),
      );
    }
    if (jobs.every(({ deliveryId }) => sender.deliveries.delivery(deliveryId)?.state === "accepted")) return second;
    sender.wait(1);
  }
  throw new Error("mails still wait after a day");
};
