import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Delivery, DeliveryId } from "../../shared/domain/delivery.ts";
import type { Claim, ClaimResult, DeliveryStore, Settlement } from "../../shared/flow/ports.ts";

interface Stored {
  readonly delivery: Delivery;
  readonly tries: number;
  readonly leaseUntil?: string | undefined;
  readonly waiting: Settlement["waiting"];
}

/** Keeps deliveries in memory, as the table does: see `test/store/delivery-store.test.ts`. */
export const createMemoryDeliveryStore = (): DeliveryStore & {
  readonly delivery: (id: DeliveryId) => Delivery | undefined;
  readonly waiting: (id: DeliveryId) => Settlement["waiting"];
} => {
  const stored = new Map<DeliveryId, Stored>();

  const hold = (id: DeliveryId, { delivery, tries }: Stored, leaseUntil: string, now: Date): Claim => {
    const held: Delivery = { ...delivery, state: "sending", dueAt: null, updatedAt: now.toISOString() };
    stored.set(id, { delivery: held, tries, leaseUntil, waiting: null });
    return { delivery: held, tries, leaseUntil };
  };

  const claimKnown = (job: DeliverJob, known: Stored, leaseUntil: string, now: Date): ClaimResult => {
    const { state } = known.delivery;
    if (known.leaseUntil === undefined) {
      const waits = (state === "deferred" || state === "ambiguous") && known.tries === job.tries;
      return waits && job.tries > 0
        ? { kind: "claimed", claim: hold(job.deliveryId, known, leaseUntil, now) }
        : { kind: "finished" };
    }
    if (known.leaseUntil > now.toISOString()) return { kind: "busy" };
    return { kind: "abandoned", claim: hold(job.deliveryId, known, leaseUntil, now) };
  };

  return {
    delivery: (id) => stored.get(id)?.delivery,
    waiting: (id) => stored.get(id)?.waiting ?? null,

    async claim(job, messageId, leaseUntil, now) {
      const known = stored.get(job.deliveryId);
      if (known !== undefined) return claimKnown(job, known, leaseUntil, now);
      if (job.tries > 0) return { kind: "busy" };
      const fresh = { delivery: newDelivery(job, messageId, now), tries: 0, waiting: null };
      return { kind: "claimed", claim: hold(job.deliveryId, fresh, leaseUntil, now) };
    },

    async settle({ delivery: { id }, tries, leaseUntil }, settlement, now) {
      const known = stored.get(id);
      if (known === undefined) return false;
      const attempts = [...known.delivery.attempts, settlement.attempt];
      const updatedAt = now.toISOString();
      if (known.leaseUntil !== leaseUntil) {
        stored.set(id, { ...known, delivery: { ...known.delivery, attempts, possibleDuplicate: true, updatedAt } });
        return false;
      }
      const { state, possibleDuplicate, subject, waiting } = settlement;
      const { provider } = settlement.attempt;
      const dueAt = waiting?.dueAt ?? null;
      const delivery = { ...known.delivery, state, attempts, possibleDuplicate, subject, provider, dueAt, updatedAt };
      stored.set(id, { delivery, tries: tries + 1, waiting });
      return true;
    },
  };
};

const newDelivery = (job: DeliverJob, messageId: string, now: Date): Delivery => ({
  id: job.deliveryId,
  scope: job.scope,
  eventId: job.eventId,
  recipient: job.recipient,
  state: "sending",
  possibleDuplicate: false,
  provider: null,
  messageId,
  ruleIds: job.ruleIds,
  subject: null,
  attempts: [],
  dueAt: null,
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
});
