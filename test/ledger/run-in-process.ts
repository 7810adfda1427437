import type { SendOutcome } from "../../shared/domain/outcome.ts";
import { aFailure } from "../fakes/builders.ts";
import { ACCEPTED } from "../fakes/scripted-providers.ts";
import { failingIntake, failingSender } from "../faults/failing-ports.ts";
import { createFlakyQueue, type FlakyQueue } from "../faults/flaky-queue.ts";
import { createPath, eventMessage, type Path, type QueueMessage, RECIPIENTS } from "../faults/path-in-memory.ts";
import { seededRandom } from "../faults/seeded-random.ts";
import { type Reckoning, reckon } from "./reckon.ts";

/** What a run in this process does. */
export interface InProcessOptions {
  /** How many mails there shall be, at least. */
  readonly deliveries: number;
  readonly seed: number;
}

/** Share of messages that are delivered more than once. */
const COPIES = 0.05;
/** Share of calls of the stores that fail, before or after their work. */
const OUTAGES = 0.005;
/** Share of tries that fail for now, without the mail having been handed over. */
const DEFERRED = 0.05;

/** How far the clock goes on when nothing is left to do before something is due, in seconds: beyond any lease. */
const PAUSE_SECONDS = 300;

/**
 * Sends events from the intake to the mail server in memory, through queues that copy and reorder, with stores that
 * fail; all of it without a fault at which nobody could know whether a mail was handed over.
 */
export const runInProcess = async ({ deliveries, seed }: InProcessOptions): Promise<Reckoning> => {
  const random = seededRandom(seed);
  const path = createPath({ script: () => serve(random) });
  const intake = failingIntake(path.intake, OUTAGES, random);
  const sender = failingSender(path.sender, OUTAGES, random);
  const eventIds = Array.from({ length: Math.ceil(deliveries / RECIPIENTS.length) }, (_, index) => `evt-${index}`);
  const events = createFlakyQueue<QueueMessage>({ copies: COPIES }, random);
  const outbox = createFlakyQueue<QueueMessage>({ copies: COPIES }, random);
  events.put(eventIds.map((id) => eventMessage(id)));

  while (events.turn() || outbox.turn() || release(path, outbox)) {
    await work(events, (batch) => path.notify(batch, intake));
    outbox.put(path.outbox.splice(0));
    await work(outbox, (batch) => path.deliver(batch, sender));
    if (random() < 0.001) path.wait(PAUSE_SECONDS);
  }
  return reckon(historyOf(path, eventIds));
};

const serve = (random: () => number): SendOutcome => (random() < DEFERRED ? aFailure({ code: 451 }) : ACCEPTED);

const work = async (
  queue: FlakyQueue<QueueMessage>,
  handle: (batch: readonly QueueMessage[]) => Promise<readonly string[]>,
): Promise<void> => {
  const batch = queue.receive();
  const again = new Set(batch.length === 0 ? [] : await handle(batch));
  queue.giveBack(batch.filter(({ id }) => again.has(id)));
};

/** Moves the clock on and puts what has become due into the outbox. Answers whether there was anything. */
const release = (path: Path, outbox: FlakyQueue<QueueMessage>): boolean => {
  path.wait(PAUSE_SECONDS);
  for (const id of path.ids) {
    const job = path.dueJobOf(id);
    if (job !== undefined) path.put(job);
  }
  const released = path.outbox.splice(0);
  outbox.put(released);
  return released.length > 0;
};

const historyOf = (path: Path, eventIds: readonly string[]): Parameters<typeof reckon>[0] => {
  const deliveries = [...path.ids].flatMap((id) => path.deliveryOf(id) ?? []);
  return {
    accepted: eventIds.flatMap((token) => RECIPIENTS.map((recipient) => ({ token, recipient }))),
    arrivals: deliveries.flatMap(({ id, eventId, recipient, messageId }) =>
      Array.from({ length: path.arrivalsOf(id) }, () => ({ token: eventId, recipient, messageId })),
    ),
    deliveries: deliveries.map(({ eventId, recipient, state, possibleDuplicate, attempts }) => ({
      token: eventId,
      recipient,
      state,
      possibleDuplicate,
      attemptClasses: attempts.map((attempt) => attempt.class),
    })),
  };
};
