import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { type Batch, createFairLine } from "./fair-line.ts";

/** A message as it was sent, and what has become of it. Instants are epoch milliseconds. */
export interface QueuedMessage<Content> {
  readonly id: string;
  readonly content: Content;
  readonly group: string | undefined;
  readonly sentAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
}

/** A message in flight, with the handle for whoever has received it. */
export interface Receipt<Content> {
  readonly handle: string;
  readonly message: QueuedMessage<Content>;
}

/** What a queue is made with. */
export interface MessageQueueOptions<Content> {
  readonly visibilitySeconds: number;
  /** Most batches with messages of one group that are worked on, see `createFairLine`; none given, there is no bound. */
  readonly batchesPerGroup?: number | undefined;
  /** Receives after which a message goes to the dead letters instead; none given, it never does. */
  readonly redrive?:
    | { readonly maxReceiveCount: number; readonly deadLetters: () => MessageQueue<Content> }
    | undefined;
}

/** A standard queue in memory: nothing is lost or handed out twice within its visibility timeout. */
export interface MessageQueue<Content> {
  /** Answers the message's id. */
  send(content: Content, about: { readonly group?: string | undefined; readonly delaySeconds: number }): string;
  /** Takes a message from elsewhere, as it is. */
  adopt(message: QueuedMessage<Content>): void;
  /** Sends all that is visible to another queue, as new messages. */
  moveTo(destination: MessageQueue<Content>): void;
  /** Up to `most` messages; waits for the first one for at most `waitSeconds`. */
  receive(how: {
    readonly most: number;
    readonly waitSeconds: number;
    readonly visibilitySeconds?: number | undefined;
  }): Promise<readonly Receipt<Content>[]>;
  /** Ends a message. An outdated handle changes nothing. */
  remove(handle: string): void;
  /** Sets when a message in flight is visible again; false when it is not in flight. */
  hide(handle: string, seconds: number): boolean;
  /** Tells that nobody works on a message any more, although it stays in flight until its visibility timeout. */
  abandon(handle: string): void;
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number };
  purge(): void;
  /** Ends all waiting. */
  stop(): void;
}

interface InFlight<Content> {
  readonly message: QueuedMessage<Content>;
  readonly timer: NodeJS.Timeout;
  /** The batch in which it counts for its group; undefined: it counts no more. */
  readonly batch: Batch | undefined;
}

/** A batch that is worked on for longer is waiting for somebody rather than busy. */
const SLOW_BATCH_MS = 1_000;

/** Makes an empty queue. */
export const createMessageQueue = <Content>(options: MessageQueueOptions<Content>): MessageQueue<Content> => {
  const line = createFairLine<QueuedMessage<Content>>(options.batchesPerGroup);
  const inFlight = new Map<string, InFlight<Content>>();
  const delayed = new Set<NodeJS.Timeout>();
  let arrival = new AbortController();
  let stopped = false;

  const wakeWaiting = (): void => {
    const waiters = arrival;
    arrival = new AbortController();
    waiters.abort();
  };
  const join = (message: QueuedMessage<Content>): void => {
    line.join(message);
    wakeWaiting();
  };
  const leave = (handle: string): QueuedMessage<Content> | undefined => {
    const found = inFlight.get(handle);
    if (found === undefined) return undefined;
    clearTimeout(found.timer);
    inFlight.delete(handle);
    if (found.batch !== undefined) line.settle(found.message, found.batch);
    return found.message;
  };
  const comeBack = (handle: string): void => {
    const message = leave(handle);
    if (message !== undefined) join(message);
  };
  const comeBackIn = (handle: string, seconds: number) => setTimeout(() => comeBack(handle), seconds * 1000);
  const becomeSlow = (batch: Batch): void => {
    const timer = setTimeout(() => {
      batch.isSlow = true;
      if (line.size() > 0) wakeWaiting();
    }, SLOW_BATCH_MS);
    timer.unref();
  };
  /** Takes a message away that was received as often as it may be. */
  const giveUp = (message: QueuedMessage<Content>, batch: Batch): boolean => {
    if (options.redrive === undefined || message.receiveCount <= options.redrive.maxReceiveCount) return false;
    line.settle(message, batch);
    options.redrive.deadLetters().adopt(message);
    return true;
  };
  const take = (most: number, visibilitySeconds = options.visibilitySeconds): Receipt<Content>[] => {
    const taken: Receipt<Content>[] = [];
    const batch: Batch = { isSlow: false };
    while (taken.length < most) {
      const message = line.next(batch);
      if (message === undefined) break;
      message.receiveCount += 1;
      message.firstReceivedAt ??= Date.now();
      if (giveUp(message, batch)) continue;
      const handle = randomUUID();
      inFlight.set(handle, { message, timer: comeBackIn(handle, visibilitySeconds), batch });
      taken.push({ handle, message });
    }
    if (taken.length > 0) becomeSlow(batch);
    // At once rather than by a timer: whoever asks next has to find them.
    if (visibilitySeconds === 0) for (const { handle } of taken) comeBack(handle);
    return taken;
  };

  return {
    send(content, { group, delaySeconds }) {
      const id = randomUUID();
      const message = { id, content, group, sentAt: Date.now(), receiveCount: 0, firstReceivedAt: undefined };
      if (delaySeconds === 0) join(message);
      else {
        const timer = setTimeout(() => {
          delayed.delete(timer);
          join(message);
        }, delaySeconds * 1000);
        delayed.add(timer);
      }
      return id;
    },
    adopt: join,
    moveTo(destination) {
      // Counted before: a queue that is its own destination would never be empty.
      const batch: Batch = { isSlow: false };
      for (let left = line.size(); left > 0; left -= 1) {
        const message = line.next(batch);
        if (message === undefined) return;
        line.settle(message, batch);
        destination.send(message.content, { group: message.group, delaySeconds: 0 });
      }
    },
    async receive({ most, waitSeconds, visibilitySeconds }) {
      const waitsUntil = Date.now() + waitSeconds * 1000;
      for (;;) {
        const taken = take(most, visibilitySeconds);
        const msLeft = waitsUntil - Date.now();
        if (taken.length > 0 || msLeft <= 0 || stopped) return taken;
        await wait(msLeft, undefined, { signal: arrival.signal }).catch(() => {});
      }
    },
    remove(handle) {
      // Another one of its group may go now.
      if (leave(handle) !== undefined && line.size() > 0) wakeWaiting();
    },
    hide(handle, seconds) {
      const found = inFlight.get(handle);
      if (found === undefined) return false;
      clearTimeout(found.timer);
      if (seconds === 0) comeBack(handle);
      else inFlight.set(handle, { ...found, timer: comeBackIn(handle, seconds) });
      return true;
    },
    abandon(handle) {
      const found = inFlight.get(handle);
      if (found?.batch === undefined) return;
      inFlight.set(handle, { ...found, batch: undefined });
      line.settle(found.message, found.batch);
      wakeWaiting();
    },
    counts: () => ({ visible: line.size(), inFlight: inFlight.size, delayed: delayed.size }),
    purge() {
      line.clear();
      for (const handle of [...inFlight.keys()]) leave(handle);
      for (const timer of delayed) clearTimeout(timer);
      delayed.clear();
    },
    stop() {
      stopped = true;
      this.purge();
      arrival.abort();
    },
  };
};
