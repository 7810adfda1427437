import { shuffled } from "./seeded-random.ts";

/** How often a queue does what SQS standard queues may do. Shares in [0, 1]. */
export interface Flakiness {
  /** Messages that are delivered although they are being worked on, or have been acknowledged. */
  readonly copies: number;
}

/** A queue that keeps no order and delivers some messages more than once. */
export interface FlakyQueue<T> {
  put(messages: readonly T[]): void;
  /** Up to ten messages, from anywhere in the queue. */
  receive(): T[];
  /** Takes back what was not acknowledged. It comes again when all else has come. */
  giveBack(messages: readonly T[]): void;
  /** What was given back comes again from now on. Answers whether there is anything to receive. */
  turn(): boolean;
}

/** Most messages of a batch. */
const BATCH = 10;

/** From how far apart in the queue the messages of a batch come. */
const REACH = 200;

/** A queue without messages. */
export const createFlakyQueue = <T>({ copies }: Flakiness, random: () => number): FlakyQueue<T> => {
  let ready: T[] = [];
  let hidden: T[] = [];
  return {
    put: (messages) => void ready.push(...messages),
    giveBack: (messages) => void hidden.push(...messages),
    receive() {
      const batch = Array.from({ length: Math.min(BATCH, ready.length) }, () => {
        const index = ready.length - 1 - Math.floor(random() * Math.min(REACH, ready.length));
        return ready.splice(index, 1);
      }).flat();
      hidden.push(...batch.filter(() => random() < copies));
      return batch;
    },
    turn() {
      if (ready.length === 0) {
        ready = shuffled(random, hidden);
        hidden = [];
      }
      return ready.length > 0;
    },
  };
};
