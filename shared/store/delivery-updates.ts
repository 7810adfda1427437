import type { DeliverJob } from "../contracts/deliver-job.ts";
import { type Attempt, type Delivery, TERMINAL_STATES } from "../domain/delivery.ts";
import { tenantOf } from "../domain/scope.ts";
import type { Claim, Settlement } from "../flow/ports.ts";
import type { Parking } from "../flow/waiting-ports.ts";
import { newDeliveryFields } from "./delivery-item.ts";
import { dueFields } from "./due-index.ts";
import { deliveryKey } from "./keys.ts";

/*
 * The conditional updates of delivery-store.ts, without its table.
 */

/**
 * Most attempts a delivery keeps: the first ones and the latest. An item has at most 400 KB (DynamoDB developer guide,
 * "Constraints"), and a server that is down for days must not make a delivery too big to be settled.
 */
const MAX_ATTEMPTS = 200;

/** Holds a delivery for one try. */
export const claimUpdate = (
  job: DeliverJob,
  { messageId, ...held }: { readonly messageId: string; readonly leaseId: string; readonly leaseUntil: string },
  now: Date,
  retentionDays: number,
) => {
  const once = { ...newDeliveryFields(job, now, retentionDays), messageId };
  const taken = takeUpdate(job, once, { state: "sending", ...held, updatedAt: now.toISOString() });
  return { ...taken, UpdateExpression: `${taken.UpdateExpression} REMOVE dueAt, dueShard` };
};

/** Lets a delivery wait without holding it, unless it is too old by now. */
export const parkUpdate = (
  job: DeliverJob,
  { dueAt, job: waiting, note, oldest }: Parking,
  now: Date,
  retentionDays: number,
) => {
  const taken = takeUpdate(
    job,
    newDeliveryFields(job, now, retentionDays),
    {
      state: "deferred",
      note,
      ...dueFields(job.deliveryId, dueAt),
      job: JSON.stringify(waiting),
      updatedAt: now.toISOString(),
    },
    "createdAt >= :oldest",
  );
  return {
    ...taken,
    ExpressionAttributeValues: { ...taken.ExpressionAttributeValues, ":oldest": oldest.toISOString() },
  };
};

/**
 * Does something with a delivery that nobody has tried yet or that waits, with as many tries behind it as its job
 * knows. Only a job before its first try may make the item; one that waited before it has most of the fields already.
 * @param once fields that stay as they are when the item has them.
 * @param always fields that are set in any case.
 * @param condition what must hold besides of an item that exists.
 */
const takeUpdate = (job: DeliverJob, once: Fields, always: Fields, condition?: string) => {
  const first = job.tries === 0;
  const kept = first ? Object.entries(once).filter(([field]) => !(field in always)) : [];
  const given = Object.entries(always);
  const set = [
    ...kept.map(([field]) => `#${field} = if_not_exists(#${field}, :${field})`),
    ...given.map(([field]) => `#${field} = :${field}`),
  ];
  const waits = ["#state IN (:deferred, :ambiguous)", "#tries = :seenTries", condition].filter(Boolean).join(" AND ");
  return {
    Key: deliveryKey(tenantOf(job.scope), job.deliveryId),
    UpdateExpression: `SET ${set.join(", ")}`,
    // AND binds tighter than OR; parentheses would cost the local tables several milliseconds.
    ConditionExpression: first ? `attribute_not_exists(pk) OR ${waits}` : waits,
    ExpressionAttributeNames: {
      "#tries": "tries",
      ...Object.fromEntries([...kept, ...given].map(([field]) => [`#${field}`, field])),
    },
    ExpressionAttributeValues: {
      ...asValues(Object.fromEntries([...kept, ...given])),
      ":deferred": "deferred",
      ":ambiguous": "ambiguous",
      ":seenTries": job.tries,
    },
  };
};

type Fields = Readonly<Record<string, unknown>>;

/** Fields as an expression names their values. */
const asValues = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [`:${field}`, value]));

/** Ends that an administrator may undo: their job is kept. */
const REVIVABLE: ReadonlySet<Delivery["state"]> = new Set(["rejected", "expired", "held", "suppressed"]);

/** Stores the outcome of a try that still holds the delivery. */
export const settleUpdate = ({ delivery, job, leaseId }: Claim, settlement: Settlement, now: Date) => {
  const attempts = addAttempts(delivery, settlement.attempts);
  const { waiting } = settlement;
  const kept =
    waiting?.job ??
    (REVIVABLE.has(settlement.state)
      ? { ...job, tries: settlement.tries, permit: undefined, isUrgent: undefined }
      : undefined);
  return {
    Key: deliveryKey(tenantOf(delivery.scope), delivery.id),
    UpdateExpression: [
      `SET #state = :state, ${attempts.set} tries = :tries, possibleDuplicate = :possibleDuplicate,`,
      "subject = :subject, note = :note, provider = :provider, updatedAt = :now",
      waiting === null ? "" : ", dueAt = :dueAt, dueShard = :dueShard, waitsUntil = :waitsUntil",
      kept === undefined ? "" : ", job = :job",
      `REMOVE leaseUntil${waiting === null ? ", dueAt, dueShard" : ""}${kept === undefined ? ", job" : ""}`,
    ].join(" "),
    ConditionExpression: "#state = :sending AND leaseId = :leaseId",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ":state": settlement.state,
      ...attempts.values,
      ":tries": settlement.tries,
      ":possibleDuplicate": settlement.possibleDuplicate,
      ":subject": settlement.subject,
      ":note": settlement.note,
      ":provider": settlement.provider,
      ":now": now.toISOString(),
      ":sending": "sending",
      ":leaseId": leaseId,
      ...(waiting === null ? {} : asValues(dueFields(delivery.id, waiting.dueAt))),
      ...(kept === undefined ? {} : { ":job": JSON.stringify(kept) }),
    },
  };
};

/** Another sender took the delivery over while this try went on: what happened is kept, the state is theirs. */
export const lateAttemptUpdate = ({ delivery, leaseId }: Claim, settlement: Settlement, now: Date) => {
  const attempts = addAttempts(delivery, settlement.attempts);
  return {
    Key: deliveryKey(tenantOf(delivery.scope), delivery.id),
    UpdateExpression: `SET ${attempts.set} possibleDuplicate = :yes, updatedAt = :now`,
    ConditionExpression: "attribute_exists(pk) AND NOT leaseId = :leaseId",
    ExpressionAttributeValues: { ...attempts.values, ":leaseId": leaseId, ":yes": true, ":now": now.toISOString() },
  };
};

/**
 * A mail that was accepted late was accepted: whoever waits to try it again must not. One who is just sending it finds
 * the lease gone when it settles, and adds its own attempt.
 */
export const lateAcceptanceUpdate = (claim: Claim, settlement: Settlement, now: Date) => {
  const late = lateAttemptUpdate(claim, settlement, now);
  const ends = Object.fromEntries(TERMINAL_STATES.map((state) => [`:${state}`, state]));
  return {
    ...late,
    UpdateExpression: [
      late.UpdateExpression,
      ", #state = :accepted, subject = :subject, note = :note, provider = :provider",
      "REMOVE leaseUntil, leaseId, dueAt, dueShard, job",
    ].join(" "),
    ConditionExpression: `${late.ConditionExpression} AND NOT #state IN (${Object.keys(ends).join(", ")})`,
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ...late.ExpressionAttributeValues,
      ...ends,
      ":subject": settlement.subject,
      ":note": settlement.note,
      ":provider": settlement.provider,
    },
  };
};

/** Appends attempts; of a delivery that has as many as it may, the latest one takes the last one's place. */
const addAttempts = ({ attempts: known }: Delivery, attempts: readonly Attempt[]) => {
  const latest = attempts.at(-1);
  if (latest === undefined) return { set: "", values: {} };
  if (known.length + attempts.length <= MAX_ATTEMPTS) {
    return { set: "attempts = list_append(attempts, :attempts),", values: { ":attempts": attempts } };
  }
  const room = MAX_ATTEMPTS - 1 - known.length;
  return room > 0
    ? {
        set: "attempts = list_append(attempts, :attempts),",
        values: { ":attempts": [...attempts.slice(0, room), latest] },
      }
    : { set: `attempts[${MAX_ATTEMPTS - 1}] = :attempt,`, values: { ":attempt": latest } };
};
