import { randomUUID } from "node:crypto";
import { GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { DeliverJob } from "../contracts/deliver-job.ts";
import { tenantOf } from "../domain/scope.ts";
import type { Claim, ClaimResult, DeliveryStore, Settlement } from "../flow/ports.ts";
import { type DeliveryItem, toDelivery } from "./delivery-item.ts";
import { claimUpdate, lateAcceptanceUpdate, lateAttemptUpdate, parkUpdate, settleUpdate } from "./delivery-updates.ts";
import { deliveryKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   claim for a try          update DELIVERIES#<tenant>#<day> / <id>   if absent, or waiting with as many tries
 *   let it wait unclaimed    update the same item                      the same, and if it is young enough
 *   see why a claim failed   get    the same item
 *   take over an expired one update the same item                      if the lease is still the expired one
 *   store the outcome        update the same item                      if the lease is still ours
 *   store a late one         update the same item                      if the lease became another's; see below
 *
 * The SDK repeats a write whose answer was lost, and its condition fails then because it held the first time. So each
 * lease has an id, which stays when its holder has stored an outcome: whoever finds their own has been heard before.
 */

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
    // One that was tried before has been kept as long as deliveries are: there is nothing left to do.
    if (item === undefined) return { kind: job.tries > 0 ? "finished" : "busy" };
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
    async park(job, parking, now) {
      return (await update(parkUpdate(job, parking, now, retentionDays))) !== undefined;
    },

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
