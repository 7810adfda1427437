import { randomUUID } from "node:crypto";
import { GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { DeliverJob } from "../contracts/deliver-job.ts";
import { type Attempt, type Delivery, TERMINAL_STATES } from "../domain/delivery.ts";
import { tenantOf } from "../domain/scope.ts";
import type { Claim, ClaimResult, DeliveryStore, Settlement } from "../flow/ports.ts";
import { type DeliveryItem, newDeliveryFields, toDelivery } from "./delivery-item.ts";
import { dueShardOf } from "./due-index.ts";
import { deliveryKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   claim for a try          update DELIVERIES#<tenant>#<day> / <id>   if absent, or waiting with as many tries
 *   see why a claim failed   get    the same item
 *   take over an expired one update the same item                      if the lease is still the expired one
 *   store the outcome        update the same item                      if the lease is still ours
 *   store a late one         update the same item                      if the lease became another's; see below
 *
 * The SDK repeats a write whose answer was lost, and its condition fails then because it held the first time. So each
 * lease has an id, which stays when its holder has stored an outcome: whoever finds their own has been heard before.
 */

/**
 * Most attempts a delivery keeps: the first ones and the latest. An item has at most 400 KB (DynamoDB developer guide,
 * "Constraints"), and a server that is down for days must not make a delivery too big to be settled.
 */
const MAX_ATTEMPTS = 200;

/** Deliveries in the deliveries table, kept for `retentionDays`. */
export const createDeliveryStore = (table: Table, retentionDays: number): DeliveryStore => {
  const update = (input: Omit<UpdateCommandInput, "TableName">): Promise<DeliveryItem | undefined> =>
    ifConditionHolds(async () => {
      const written = await table.client.send(
        new UpdateCommand({ TableName: table.name, ReturnValues: "ALL_NEW", ...input }),
      );
      return written.Attributes as DeliveryItem;
    });

  const explainLostClaim = async (
    job: DeliverJob,
    leaseId: string,
    leaseUntil: string,
    now: Date,
  ): Promise<ClaimResult> => {
    const Key = deliveryKey(tenantOf(job.scope), job.deliveryId);
    const found = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
    const item = found.Item as DeliveryItem | undefined;
    if (item === undefined) return { kind: "busy" };
    if (item.state !== "sending" || item.leaseUntil === undefined) return { kind: "finished" };
    if (item.leaseId === leaseId) return { kind: "claimed", claim: toClaim(item, job, leaseId) };
    if (item.leaseUntil > now.toISOString()) return { kind: "busy" };
    const takenOver = await update({
      Key,
      UpdateExpression: "SET leaseUntil = :lease, leaseId = :leaseId, updatedAt = :now",
      ConditionExpression: "#state = :sending AND leaseUntil = :expired",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: {
        ":lease": leaseUntil,
        ":leaseId": leaseId,
        ":now": now.toISOString(),
        ":sending": "sending",
        ":expired": item.leaseUntil,
      },
    });
    return takenOver === undefined ? { kind: "busy" } : { kind: "abandoned", claim: toClaim(takenOver, job, leaseId) };
  };

  /** Answers whether the outcome was stored already, by a write whose answer was lost. */
  const settleLate = async (claim: Claim, settlement: Settlement, now: Date): Promise<boolean> => {
    // Whoever has not tried has nothing to tell.
    if (settlement.attempts.length === 0) return false;
    const acceptance = lateAcceptanceUpdate(claim, settlement, now);
    if (settlement.state === "accepted" && (await update(acceptance)) !== undefined) return false;
    return (await update(lateAttemptUpdate(claim, settlement, now))) === undefined;
  };

  return {
    async claim(job, messageId, leaseUntil, now) {
      const leaseId = randomUUID();
      const claimed = await update(claimUpdate(job, { messageId, leaseId, leaseUntil }, now, retentionDays));
      return claimed === undefined
        ? explainLostClaim(job, leaseId, leaseUntil, now)
        : { kind: "claimed", claim: toClaim(claimed, job, leaseId) };
    },

    async settle(claim, settlement, now) {
      const stored = await update(settleUpdate(claim, settlement, now));
      return stored !== undefined || settleLate(claim, settlement, now);
    },
  };
};

const toClaim = (item: DeliveryItem, job: DeliverJob, leaseId: string): Claim => ({
  delivery: toDelivery(item),
  job,
  tries: item.tries,
  sendableFrom: item.sendableFrom ?? item.createdAt,
  leaseId,
});

/** Only a job before its first try may make the item; one that waited before it has most of the fields already. */
const claimUpdate = (
  job: DeliverJob,
  { messageId, ...held }: { readonly messageId: string; readonly leaseId: string; readonly leaseUntil: string },
  now: Date,
  retentionDays: number,
) => {
  const first = job.tries === 0;
  const once = first ? Object.entries({ ...newDeliveryFields(job, now, retentionDays), messageId }) : [];
  const always = Object.entries({ state: "sending", ...held, updatedAt: now.toISOString() });
  const set = [
    ...once.map(([field]) => `#${field} = if_not_exists(#${field}, :${field})`),
    ...always.map(([field]) => `#${field} = :${field}`),
  ];
  const waits = "#state IN (:deferred, :ambiguous) AND #tries = :seenTries";
  return {
    Key: deliveryKey(tenantOf(job.scope), job.deliveryId),
    UpdateExpression: `SET ${set.join(", ")} REMOVE dueAt, dueShard`,
    ConditionExpression: first ? `attribute_not_exists(pk) OR (${waits})` : waits,
    ExpressionAttributeNames: {
      "#tries": "tries",
      ...Object.fromEntries([...once, ...always].map(([field]) => [`#${field}`, field])),
    },
    ExpressionAttributeValues: {
      ...Object.fromEntries([...once, ...always].map(([field, value]) => [`:${field}`, value])),
      ":deferred": "deferred",
      ":ambiguous": "ambiguous",
      ":seenTries": job.tries,
    },
  };
};

/** Ends that an administrator may undo: their job is kept. */
const REVIVABLE: ReadonlySet<Delivery["state"]> = new Set(["rejected", "expired", "held"]);

const settleUpdate = ({ delivery, job, leaseId }: Claim, settlement: Settlement, now: Date) => {
  const attempts = addAttempts(delivery, settlement.attempts);
  const { waiting } = settlement;
  const kept =
    waiting?.job ??
    (REVIVABLE.has(settlement.state) ? { ...job, tries: settlement.tries, permit: undefined } : undefined);
  return {
    Key: deliveryKey(tenantOf(delivery.scope), delivery.id),
    UpdateExpression: [
      `SET #state = :state, ${attempts.set} tries = :tries, possibleDuplicate = :possibleDuplicate,`,
      "subject = :subject, note = :note, provider = :provider, updatedAt = :now",
      waiting === null ? "" : ", dueAt = :dueAt, dueShard = :dueShard",
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
      ...(waiting === null ? {} : { ":dueAt": waiting.dueAt, ":dueShard": dueShardOf(delivery.id) }),
      ...(kept === undefined ? {} : { ":job": JSON.stringify(kept) }),
    },
  };
};

/** Another sender took the delivery over while this try went on: what happened is kept, the state is theirs. */
const lateAttemptUpdate = ({ delivery, leaseId }: Claim, settlement: Settlement, now: Date) => {
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
const lateAcceptanceUpdate = (claim: Claim, settlement: Settlement, now: Date) => {
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
