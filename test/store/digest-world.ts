import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Rule } from "../../shared/domain/rule.ts";
import { createDeliveryStore } from "../../shared/store/delivery-store.ts";
import { createDigestStore } from "../../shared/store/digest-store.ts";
import { createDueIndex } from "../../shared/store/due-index.ts";
import { createEventStore } from "../../shared/store/event-store.ts";
import { createWaitingRoom } from "../../shared/store/waiting-store.ts";
import { NOW, scopeOf } from "../fakes/builders.ts";
import type { Tables } from "../fakes/dynalite.ts";
import { type Fault, failingTable } from "../fakes/failing-table.ts";
import { fixedRouting } from "../fakes/fixed-config.ts";
import { createIntake, publication } from "../flow/intake-in-memory.ts";
import { createSender } from "../flow/sender-in-memory.ts";

/** A number in [0, 1), always the same ones for a seed (mulberry32). */
const randomOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Messages of a queue that delivers at least once, out of order, and to several at a time. */
const createQueue = <T>(random: () => number) => {
  let messages: T[] = [];
  return {
    add: (more: readonly T[]) => messages.push(...more),
    isEmpty: () => messages.length === 0,
    /** Gives a batch to work on; what fails, and now and then what does not, comes again. */
    async work(size: number, take: (batch: readonly T[]) => Promise<readonly string[]>): Promise<void> {
      const batch = messages.toSorted(() => random() - 0.5).slice(0, size);
      if (batch.length === 0) return;
      const again = await take(batch).catch(() => batch.map((_, index) => `m${index}`));
      const done = batch.filter((_, index) => !again.includes(`m${index}`) && random() > 0.15);
      messages = messages.filter((message) => !done.includes(message));
    },
  };
};

/** A mail of a digest as it went out. */
export interface SentDigest {
  readonly to: string;
  readonly deliveryId: string;
  readonly eventIds: readonly string[];
}

/** Intake and sender over real tables whose requests fail at random, at a clock that goes on in steps. */
export const createDigestWorld = (tables: Tables, rules: readonly Rule[], seed: number, faultRate: number) => {
  const random = randomOf(seed);
  let [nowMs, faults] = [NOW.getTime(), 0];
  const now = () => new Date(nowMs);
  const nextFault = (): Fault => {
    if (random() >= faultRate) return "none";
    faults += 1;
    return random() < 0.5 ? "before" : "after";
  };
  const table = failingTable(tables.deliveries, nextFault);
  const events = createEventStore(table, 90);
  const digests = createDigestStore(table, 90);
  const dueIndex = createDueIndex(table, tables.dueIndex);
  const config = fixedRouting({ scopes: [scopeOf("acme")], rules });
  const intake = createIntake({ config, events, digests, waiting: createWaitingRoom(table, 90), now });
  const sender = createSender({
    deps: {
      events,
      digests,
      deliveries: createDeliveryStore(table, 90),
      renderDigest: async (digest) => ({
        subject: "Digest",
        html: "",
        text: JSON.stringify(digest.events.map(({ id }) => id).sort()),
      }),
      now,
    },
  });
  const incoming = createQueue<object>(random);
  const outgoing = createQueue<DeliverJob>(random);

  const release = async (): Promise<void> => {
    for (const due of await dueIndex.due(now(), 100)) {
      const job = await dueIndex.take(due, new Date(nowMs + 120_000));
      if (job !== undefined) outgoing.add([job]);
    }
  };

  return {
    random,
    publish: (eventIds: readonly string[]) =>
      incoming.add(eventIds.map((id) => publication(`bus-${id}`, { id, scope: "acme", type: "PipelineFailed" }))),
    /** Lets several intakes and senders work at the same time, and then a while pass. */
    async step(seconds: number): Promise<void> {
      await Promise.all([
        ...Array.from({ length: 3 }, () => incoming.work(10, (batch) => intake.take(...batch))),
        release().catch(() => undefined),
        ...Array.from({ length: 2 }, () => outgoing.work(5, (batch) => sender.take(...batch))),
      ]);
      nowMs += seconds * 1000;
    },
    async isDone(): Promise<boolean> {
      const waiting = await createDueIndex(tables.deliveries, tables.dueIndex).due(new Date("9999-12-31"), 1);
      return incoming.isEmpty() && outgoing.isEmpty() && waiting.length === 0;
    },
    faults: () => faults,
    sent: (): SentDigest[] =>
      sender.sent.map(({ mail }) => ({
        to: mail.to,
        deliveryId: mail.deliveryId,
        eventIds: JSON.parse(mail.text) as string[],
      })),
  };
};
