import { createHash } from "node:crypto";
import { GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { DeliverJob } from "../contracts/deliver-job.ts";
import type { Attempt, Delivery } from "../domain/delivery.ts";
import { tenantOf } from "../domain/scope.ts";
import type { Claim, ClaimResult, DeliveryStore, Settlement } from "../flow/ports.ts";
import { type DeliveryItem, toDelivery } from "./delivery-item.ts";
import { DUE_SHARDS } from "./due-index.ts";
import { deliveryKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   claim for a try          update DELIVERIES#<tenant>#<day> / <id>   if absent, or waiting with as many tries
 *   see why a claim failed   get    the same item
 *   take over an expired one update the same item                      if the lease is still the expired one
 *   store the outcome        update the same item                      if the lease is still ours
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

  const explainLostClaim = async (job: DeliverJob, leaseUntil: string, now: Date): Promise<ClaimResult> => {
    const Key = deliveryKey(tenantOf(job.scope), job.deliveryId);
    const found = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
    const item = found.Item as DeliveryItem | undefined;
    if (item === undefined) return { kind: "busy" };
    if (item.state !== "sending" || item.leaseUntil === undefined) return { kind: "finished" };
    if (item.leaseUntil > now.toISOString()) return { kind: "busy" };
    const takenOver = await update({
      Key,
      UpdateExpression: "SET leaseUntil = :lease, updatedAt = :now",
      ConditionExpression: "#state = :sending AND leaseUntil = :expired",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: {
        ":lease": leaseUntil,
        ":now": now.toISOString(),
        ":sending": "sending",
        ":expired": item.leaseUntil,
      },
    });
    return takenOver === undefined ? { kind: "busy" } : { kind: "abandoned", claim: toClaim(takenOver, leaseUntil) };
  };

  return {
    async claim(job, messageId, leaseUntil, now) {
      const claimed = await update(claimUpdate(job, messageId, leaseUntil, now, retentionDays));
      return claimed === undefined
        ? explainLostClaim(job, leaseUntil, now)
        : { kind: "claimed", claim: toClaim(claimed, leaseUntil) };
    },

    async settle(claim, settlement, now) {
      const stored = await update(settleUpdate(claim, settlement, now));
      if (stored !== undefined) return true;
      await update(lateAttemptUpdate(claim, settlement, now));
      return false;
    },
  };
};

const toClaim = (item: DeliveryItem, leaseUntil: string): Claim => ({
  delivery: toDelivery(item),
  tries: item.tries,
  leaseUntil,
});

const claimUpdate = (job: DeliverJob, messageId: string, leaseUntil: string, now: Date, retentionDays: number) => {
  const first = job.tries === 0;
  const createdOnce = {
    id: job.deliveryId,
    type: "delivery",
    v: 1,
    scope: job.scope,
    eventId: job.eventId,
    recipient: job.recipient,
    messageId,
    ruleIds: job.ruleIds,
    subject: null,
    provider: null,
    possibleDuplicate: false,
    attempts: [],
    tries: 0,
    createdAt: now.toISOString(),
    expiresAt: Math.floor(now.getTime() / 1000) + Math.ceil(retentionDays * 86_400),
  };
  const always = { state: "sending", leaseUntil, updatedAt: now.toISOString() };
  const set = Object.entries(first ? { ...createdOnce, ...always } : always);
  return {
    Key: deliveryKey(tenantOf(job.scope), job.deliveryId),
    UpdateExpression: [
      `SET ${set.map(([field]) => `#${field} = :${field}`).join(", ")}`,
      ...(first ? [] : ["REMOVE dueAt, dueShard"]),
    ].join(" "),
    ConditionExpression: first ? "attribute_not_exists(pk)" : "#state IN (:deferred, :ambiguous) AND tries = :tries",
    ExpressionAttributeNames: Object.fromEntries(set.map(([field]) => [`#${field}`, field])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(set.map(([field, value]) => [`:${field}`, value])),
      ...(first ? {} : { ":deferred": "deferred", ":ambiguous": "ambiguous", ":tries": job.tries }),
    },
  };
};

const settleUpdate = ({ delivery, tries, leaseUntil }: Claim, settlement: Settlement, now: Date) => {
  const waits = settlement.waiting !== null;
  const attempt = addAttempt(delivery, settlement.attempt);
  return {
    Key: deliveryKey(tenantOf(delivery.scope), delivery.id),
    UpdateExpression: [
      `SET #state = :state, ${attempt.expression}, tries = :tries, possibleDuplicate = :possibleDuplicate,`,
      "subject = :subject, provider = :provider, updatedAt = :now",
      waits
        ? ", dueAt = :dueAt, dueShard = :dueShard, job = :job REMOVE leaseUntil"
        : "REMOVE leaseUntil, dueAt, dueShard, job",
    ].join(" "),
    ConditionExpression: "#state = :sending AND leaseUntil = :lease",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ":state": settlement.state,
      ":attempt": attempt.value,
      ":tries": tries + 1,
      ":possibleDuplicate": settlement.possibleDuplicate,
      ":subject": settlement.subject,
      ":provider": settlement.attempt.provider,
      ":now": now.toISOString(),
      ":sending": "sending",
      ":lease": leaseUntil,
      ...(settlement.waiting === null
        ? {}
        : {
            ":dueAt": settlement.waiting.dueAt,
            ":dueShard": shardOf(delivery.id),
            ":job": JSON.stringify(settlement.waiting.job),
          }),
    },
  };
};

/** Another sender took the delivery over while this try went on: what happened is kept, the state is theirs. */
const lateAttemptUpdate = ({ delivery }: Claim, settlement: Settlement, now: Date) => {
  const attempt = addAttempt(delivery, settlement.attempt);
  return {
    Key: deliveryKey(tenantOf(delivery.scope), delivery.id),
    UpdateExpression: `SET ${attempt.expression}, possibleDuplicate = :yes, updatedAt = :now`,
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":attempt": attempt.value, ":yes": true, ":now": now.toISOString() },
  };
};

/** Appends an attempt, or replaces the latest one of a delivery that has as many as it may. */
const addAttempt = ({ attempts }: Delivery, attempt: Attempt) =>
  attempts.length < MAX_ATTEMPTS
    ? { expression: "attempts = list_append(attempts, :attempt)", value: [attempt] }
    : { expression: `attempts[${MAX_ATTEMPTS - 1}] = :attempt`, value: attempt };

/** Spreads waiting deliveries over the due index's partitions. */
const shardOf = (deliveryId: string): string => {
  const [byte = 0] = createHash("sha256").update(deliveryId).digest();
  return `DUE#${byte % DUE_SHARDS}`;
};
