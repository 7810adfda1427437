import pLimit from "p-limit";
import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { ProductMetrics } from "../../contracts/metrics.ts";
import type { EventRecord } from "../../domain/event-record.ts";
import type { Tenant } from "../../domain/scope.ts";
import type { EventStore, Outbox } from "../ports.ts";
import { type JoinDigestsDeps, joinDigests, type Placed } from "./join-digests.ts";
import type { RoutedEvent } from "./route-event.ts";
import { plannedOutcome, type Timing } from "./time-mail.ts";

/** What putting mails on their way needs. */
export interface EnqueueDeps extends JoinDigestsDeps {
  readonly events: Pick<EventStore, "recordRouted">;
  readonly outbox: Outbox;
  readonly metrics: ProductMetrics;
}

/** A routed event with the message of the events queue that brought it. */
export interface Routed extends RoutedEvent {
  readonly messageId: string;
  readonly tenant: Tenant;
}

/** Deliveries parked at once. */
const MOST_AT_ONCE = 25;

/**
 * Puts the mails of routed events on their way, into the outbox, where mails wait or into digests, and then records the
 * events: an event is recorded only when all its mails are safe. Answers the ids of the messages to be delivered again;
 * repeating one is harmless, since its mails are found where they are.
 */
export const enqueue = async (deps: EnqueueDeps, routed: readonly Routed[]): Promise<string[]> => {
  // Whoever shares a batch with an event to hundreds of people need not wait for all of those.
  const mails = routed.toSorted((a, b) => a.mails.length - b.mails.length).flatMap((event) => event.mails);
  const placed = new Map([
    ...(await send(
      deps,
      mails.flatMap(({ job, timing }) => (timing.kind === "now" ? job : [])),
    )),
    ...(await hold(
      deps,
      mails.flatMap(({ job, timing }) => (timing.kind === "later" ? { job, timing } : [])),
    )),
    ...(await joinDigests(
      deps,
      mails.flatMap(({ job, timing }) => (timing.kind === "digest" ? { job, digest: timing.digest } : [])),
    )),
  ]);
  const again = await Promise.all(routed.map((event) => record(deps, event, placed)));
  return again.flat();
};

const send = async ({ outbox }: EnqueueDeps, jobs: readonly DeliverJob[]): Promise<Placed[]> => {
  const unsent = new Set(await outbox.send(jobs));
  return jobs.filter((job) => !unsent.has(job)).map((job) => [job, { outcome: "queued" }]);
};

/** A mail that quiet hours hold. */
interface HeldMail {
  readonly job: DeliverJob;
  readonly timing: Extract<Timing, { kind: "later" }>;
}

const hold = async (deps: EnqueueDeps, mails: readonly HeldMail[]): Promise<Placed[]> => {
  const placed = await pLimit(MOST_AT_ONCE).map(mails, async ({ job, timing }): Promise<Placed[]> => {
    try {
      await deps.waiting.park(job, timing.dueAt, deps.now());
      return [[job, plannedOutcome(timing)]];
    } catch (error) {
      deps.log.error("mail.not-held", {}, error);
      return [];
    }
  });
  return placed.flat();
};

/** Answers the id of the event's message when it has to come again. */
const record = async (
  deps: EnqueueDeps,
  { messageId, tenant, record, mails }: Routed,
  placed: ReadonlyMap<DeliverJob, Placed[1]>,
): Promise<string[]> => {
  const missing = mails.filter(({ job }) => !placed.has(job)).length;
  if (missing > 0) {
    deps.log.error("event.not-enqueued", { tenant, eventId: record.id, mails: mails.length, missing });
    return [messageId];
  }
  try {
    const places = new Map(mails.map(({ job }) => [String(job.deliveryId), placed.get(job)]));
    await deps.events.recordRouted(tenant, withPlaces(record, places));
  } catch (error) {
    deps.log.error("event.not-recorded", { tenant, eventId: record.id }, error);
    return [messageId];
  }
  deps.metrics.add({ name: "EventsRouted", value: 1 }, { name: "MailsEnqueued", value: mails.length });
  deps.log.info("event.routed", { tenant, scope: record.scope, eventId: record.id, mails: mails.length });
  return [];
};

/** The record, saying of each mail where it is: an event that came late is in a later digest than was planned. */
const withPlaces = (record: EventRecord, places: ReadonlyMap<string, Placed[1] | undefined>): EventRecord => ({
  ...record,
  recipients: record.recipients.map((recipient) => ({ ...recipient, ...places.get(recipient.deliveryId ?? "") })),
});
