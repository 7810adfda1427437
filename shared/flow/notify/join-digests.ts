import pLimit from "p-limit";
import type { DeliverJob } from "../../contracts/deliver-job.ts";
import { addressKey } from "../../domain/address.ts";
import { deliveryIdOf } from "../../domain/delivery.ts";
import type { Digest } from "../../domain/digest.ts";
import type { RecipientVerdict } from "../../domain/event-record.ts";
import type { Log } from "../../domain/log.ts";
import { tenantOf } from "../../domain/scope.ts";
import type { DigestStore, WaitingRoom } from "../waiting-ports.ts";

/** What putting events into digests needs. */
export interface JoinDigestsDeps {
  readonly waiting: WaitingRoom;
  readonly digests: Pick<DigestStore, "add">;
  readonly log: Log;
  readonly now: () => Date;
}

/** The mail that somebody would get about an event by itself, and the digest that it becomes a part of. */
export interface DigestMail {
  readonly job: DeliverJob;
  readonly digest: Digest;
}

/** Where a mail is now that it is safe. */
export type Placed = readonly [mail: DeliverJob, where: Pick<RecipientVerdict, "outcome" | "deliveryId" | "dueAt">];

/** Digests written to at once. */
const MOST_AT_ONCE = 25;

/**
 * Puts each mail's event into its digest or, when that is closed already, into the first later one that is open.
 * Answers the mails that are safe. Repeating it, at any time, finds each event where it is.
 */
export const joinDigests = async (deps: JoinDigestsDeps, mails: readonly DigestMail[]): Promise<Placed[]> => {
  const groups = [...Map.groupBy(mails, digestKeyOf).values()];
  const placed = await pLimit(MOST_AT_ONCE).map(groups, (group) =>
    join(deps, group).catch((error: unknown) => {
      deps.log.error("digest.not-joined", {}, error);
      return [];
    }),
  );
  return placed.flat();
};

/** The same for all that one mail will hold. */
const digestKeyOf = ({ job, digest }: DigestMail): string =>
  JSON.stringify([tenantOf(job.scope), digest.id, addressKey(job.recipient)]);

const join = async (deps: JoinDigestsDeps, mails: readonly DigestMail[]): Promise<Placed[]> => {
  const [first] = mails;
  if (first === undefined) return [];
  const job = jobOf(first);
  const { dueAt } = first.digest;
  const eventIds = mails.map((mail) => mail.job.eventId);
  const begin = () => deps.waiting.park(job, dueAt, deps.now());
  const late = new Set(await deps.digests.add(tenantOf(job.scope), job.deliveryId, eventIds, deps.now(), begin));
  const [missed, held] = [true, false].map((isLate) => mails.filter((mail) => late.has(mail.job.eventId) === isLate));
  const later = (missed ?? []).map((mail) => ({ ...mail, digest: mail.digest.next() }));
  return [
    ...(held ?? []).map((mail): Placed => [mail.job, { outcome: "in-digest", deliveryId: job.deliveryId, dueAt }]),
    ...(await joinDigests(deps, later)),
  ];
};

const jobOf = ({ job: { scope, recipient }, digest }: DigestMail): DeliverJob => ({
  v: 1,
  kind: "digest",
  deliveryId: deliveryIdOf(tenantOf(scope), digest.id, recipient, digest.dueAt),
  scope: digest.scope,
  eventId: digest.id,
  recipient,
  ruleIds: [digest.ruleId],
  pipelineId: digest.pipelineId,
  tries: 0,
});
