import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { Brand } from "../../domain/brand.ts";
import type { PipelineEvent } from "../../domain/event.ts";
import { tenantOf } from "../../domain/scope.ts";
import type { EventStore } from "../ports.ts";
import type { DigestStore } from "../waiting-ports.ts";
import type { Made, RenderDigest } from "./made-mail.ts";
import { type UnsubscribeLinkDeps, unsubscribeLinkFor } from "./unsubscribe-link.ts";

/** What making the mail of a digest needs. */
export interface MakeDigestDeps extends UnsubscribeLinkDeps {
  readonly events: Pick<EventStore, "readMany">;
  readonly digests: Pick<DigestStore, "close">;
  readonly renderDigest: RenderDigest;
  readonly now: () => Date;
}

/** Most events of a digest that are read; further ones are only counted. */
const MAX_READ = 1000;

/** Events read at once. */
const BATCH = 100;

/**
 * Makes the mail of a digest, and closes the digest for that: events that come now go to a later one. Made again, it
 * has the same events.
 */
export const makeDigest = async (deps: MakeDigestDeps, job: DeliverJob, brand: Brand | undefined): Promise<Made> => {
  const eventIds = await deps.digests.close(tenantOf(job.scope), job.deliveryId, deps.now());
  // A run that died after it had begun a digest put its event into a later one.
  if (eventIds.length === 0) return { kind: "nothing", reason: "No event came into this digest." };
  const [events, unsubscribeUrl] = await Promise.all([
    readEvents(deps, job, eventIds.slice(0, MAX_READ)),
    unsubscribeLinkFor(deps, job),
  ]);
  const rendered = await deps.renderDigest(
    { id: job.deliveryId, scope: job.scope, events, more: eventIds.length - events.length },
    brand,
    unsubscribeUrl,
  );
  return { kind: "mail", rendered, about: undefined, unsubscribeUrl, note: null };
};

/** Reads batch after batch and drops at once what no digest shows: a thousand events can be larger than the memory. */
const readEvents = async (
  { events }: MakeDigestDeps,
  job: DeliverJob,
  eventIds: readonly string[],
): Promise<PipelineEvent[]> => {
  const read: PipelineEvent[] = [];
  for (let start = 0; start < eventIds.length; start += BATCH) {
    const batch = await events.readMany(tenantOf(job.scope), eventIds.slice(start, start + BATCH));
    read.push(...batch.map(withoutBulk));
  }
  return read;
};

/** Characters of a message that a digest may show. */
const MAX_MESSAGE_CHARS = 1000;

const withoutBulk = ({ data: _, message, ...event }: PipelineEvent): PipelineEvent => ({
  ...event,
  message: message?.slice(0, MAX_MESSAGE_CHARS),
});
