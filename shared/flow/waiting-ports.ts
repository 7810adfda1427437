import type { DeliverJob } from "../contracts/deliver-job.ts";
import type { Breaker } from "../domain/breaker.ts";
import type { DeliveryId } from "../domain/delivery.ts";
import type { SlotLine } from "../domain/rate-lines.ts";
import type { Tenant } from "../domain/scope.ts";
import type { Transport } from "../domain/transport.ts";

/** Where mails wait that are not to go out yet. */
export interface WaitingRoom {
  /** Stores a delivery that waits for its first try until `dueAt` (ISO-8601), unless the delivery exists already. */
  park(job: DeliverJob, dueAt: string, now: Date): Promise<void>;
}

/** How a mail is to wait that nobody has claimed. */
export interface Parking {
  /** ISO-8601. */
  readonly dueAt: string;
  /** What it comes back with. */
  readonly job: DeliverJob;
  /** What it waits for, in words. */
  readonly note: string;
  /** Since when the mail may have been there at most: an older one is to be ended instead. */
  readonly oldest: Date;
}

/** Which events a digest holds. A digest is told apart by the delivery that carries it. */
export interface DigestStore {
  /**
   * Adds events and answers those that came too late, because the digest had been closed before. An event that it
   * holds already is neither added again nor late.
   * @param begin awaited before the first event of a digest is stored: no digest has events that nobody will send.
   */
  add(
    tenant: Tenant,
    id: DeliveryId,
    eventIds: readonly string[],
    now: Date,
    begin: () => Promise<void>,
  ): Promise<readonly string[]>;
  /** Closes the digest and answers its events; the same ones however often it is closed. */
  close(tenant: Tenant, id: DeliveryId, now: Date): Promise<readonly string[]>;
}

/** What senders know together about their ways to send. */
export interface Breakers {
  /** What is known against a transport, at most so old. */
  read(transport: Transport, maxAgeMs: number): Promise<Breaker>;
  /**
   * Changes what is known, one writer at a time: `change` is asked again when somebody else was faster, and answers
   * the same object to leave everything as it is. Answers whether it was changed, and what is known now.
   * @throws Error when too many others change it at the same time.
   */
  change(transport: Transport, change: (known: Breaker) => Breaker): Promise<{ changed: boolean; breaker: Breaker }>;
}

/** The lines of slots, kept over all senders. */
export interface Rates {
  /**
   * Takes the next slot for one mail, undefined when the line is too long; see `reserveSlots`. Mails of one process
   * that ask at the same time share a write.
   * @throws Error when too many others take slots at the same time.
   */
  reserve(line: SlotLine, now: Date): Promise<Date | undefined>;
}

/** Something for the world outside. */
export interface Notice {
  readonly detailType: string;
  readonly detail: unknown;
}

/** Tells the world outside, on the event bus. */
export interface Announcer {
  /** @throws Error when the bus did not take it within a few seconds. */
  publish(detailType: string, detail: unknown): Promise<void>;
  /**
   * Tells several things in as few requests as possible, and answers how many of them the bus did not take.
   * @throws Error when it did not answer within a few seconds.
   */
  publishAll(notices: readonly Notice[]): Promise<number>;
}

/** A delivery that is due. */
export interface DueDelivery {
  readonly pk: string;
  readonly sk: string;
  readonly dueAt: string;
}

/** The index of waiting deliveries. */
export interface DueIndex {
  /** At most `limit` deliveries due at `time`, earliest first. */
  due(time: Date, limit: number): Promise<readonly DueDelivery[]>;
  /**
   * Takes a due delivery for release and answers its job. Its due time moves to `againAt`, so that a job lost on the
   * way to the queue comes back by itself. Undefined: it was taken meanwhile.
   */
  take(due: DueDelivery, againAt: Date): Promise<DeliverJob | undefined>;
}
