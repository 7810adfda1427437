import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import { type Delivery, type DeliveryId, TERMINAL_STATES } from "../../shared/domain/delivery.ts";
import type { Claim, ClaimResult, DeliveryStore, Settlement } from "../../shared/flow/ports.ts";

interface Stored {
  readonly delivery: Delivery;
  readonly tries: number;
  readonly leaseUntil?: string | undefined;
  readonly leaseId?: string | undefined;
  readonly waiting: Settlement["waiting"];
}

/** Keeps deliveries in memory, as the table does: see `test/store/delivery-store.test.ts`. */
export const createMemoryDeliveryStore = (): DeliveryStore & {
  readonly delivery: (id: DeliveryId) => Delivery | undefined;
  readonly waiting: (id: DeliveryId) => Settlement["waiting"];
} => {
  const stored = new Map<DeliveryId, Stored>();
  let leases = 0;

  const hold = (job: DeliverJob, { delivery, tries }: Stored, leaseUntil: string, now: Date): Claim => {
    const held: Delivery = { ...delivery, state: "sending", dueAt: null, updatedAt: now.toISOString() };
    leases += 1;
    const leaseId = `lease-${leases}`;
    stored.set(job.deliveryId, { delivery: held, tries, leaseUntil, leaseId, waiting: null });
    return { delivery: held, job, tries, sendableFrom: held.createdAt, leaseId };
  };

  const claimKnown = (
    job: DeliverJob,
    known: Stored,
    messageId: string,
    leaseUntil: string,
    now: Date,
  ): ClaimResult => {
    if (known.leaseUntil === undefined) {
      if (!mayBeTaken(job, known)) return { kind: "finished" };
      const { delivery } = known;
      const named = { ...known, delivery: { ...delivery, messageId: delivery.messageId || messageId } };
      return { kind: "claimed", claim: hold(job, named, leaseUntil, now) };
    }
    if (known.leaseUntil > now.toISOString()) return { kind: "busy" };
    return { kind: "abandoned", claim: hold(job, known, leaseUntil, now) };
  };

  return {
    delivery: (id) => stored.get(id)?.delivery,
    waiting: (id) => stored.get(id)?.waiting ?? null,

    async park(job, { dueAt, job: back, note, oldest }, now) {
      const known = stored.get(job.deliveryId);
      const young = known === undefined ? job.tries === 0 : mayBeTaken(job, known) && isSince(known, oldest);
      if (!young) return false;
      const { delivery, ...rest } = known ?? { delivery: newDelivery(job, "", now), tries: 0 };
      const waits = { state: "deferred", note, dueAt, updatedAt: now.toISOString() } as const;
      stored.set(job.deliveryId, { ...rest, delivery: { ...delivery, ...waits }, waiting: { dueAt, job: back } });
      return true;
    },

    async claim(job, messageId, leaseUntil, now) {
      const known = stored.get(job.deliveryId);
      if (known !== undefined) return claimKnown(job, known, messageId, leaseUntil, now);
      if (job.tries > 0) return { kind: "busy" };
      const fresh = { delivery: newDelivery(job, messageId, now), tries: 0, waiting: null };
      return { kind: "claimed", claim: hold(job, fresh, leaseUntil, now) };
    },

    async settle({ delivery: { id }, leaseId }, settlement, now) {
      const known = stored.get(id);
      if (known === undefined) return false;
      const { state, tries, subject, note, provider, waiting } = settlement;
      const attempts = [...known.delivery.attempts, ...settlement.attempts];
      const updatedAt = now.toISOString();
      if (known.leaseUntil !== undefined && known.leaseId === leaseId) {
        const { possibleDuplicate } = settlement;
        const dueAt = waiting?.dueAt ?? null;
        const settled = { state, attempts, possibleDuplicate, subject, note, provider, dueAt, updatedAt };
        stored.set(id, { delivery: { ...known.delivery, ...settled }, tries, waiting, leaseId });
        return true;
      }
      if (known.leaseId === leaseId) return true;
      if (settlement.attempts.length === 0) return false;
      const late = { ...known.delivery, attempts, possibleDuplicate: true, updatedAt };
      const ends = state === "accepted" && !TERMINAL_STATES.includes(known.delivery.state);
      if (ends) stored.set(id, { delivery: { ...late, state, subject, note, provider, dueAt: null }, tries, waiting });
      else stored.set(id, { ...known, delivery: late });
      return false;
    },
  };
};

/** Whether it waits, with as many tries behind it as the job knows. */
const mayBeTaken = ({ tries }: DeliverJob, { delivery: { state }, ...known }: Stored): boolean =>
  known.leaseUntil === undefined && (state === "deferred" || state === "ambiguous") && known.tries === tries;

const isSince = ({ delivery }: Stored, oldest: Date): boolean => delivery.createdAt >= oldest.toISOString();

const newDelivery = (job: DeliverJob, messageId: string, now: Date): Delivery => ({
  id: job.deliveryId,
  scope: job.scope,
  eventId: job.eventId,
  pipelineId: job.event?.pipeline?.id ?? job.pipelineId ?? null,
  recipient: job.recipient,
  state: "sending",
  possibleDuplicate: false,
  provider: null,
  messageId,
  ruleIds: job.ruleIds,
  ...(job.isTest ? { isTest: job.isTest } : {}),
  subject: null,
  note: null,
  attempts: [],
  feedback: [],
  dueAt: null,
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
});
