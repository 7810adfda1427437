import { createHash } from "node:crypto";
import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type DeliverJob, parseDeliverJob } from "../contracts/deliver-job.ts";
import type { DueDelivery, DueIndex } from "../flow/waiting-ports.ts";
import type { DeliveryItem } from "./delivery-item.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   what is due, by shard   query  index due: dueShard = DUE#<0..7>, dueAt <= now   earliest first
 *   take one for release    update DELIVERIES#<tenant>#<day> / <id>                 if still due at that time
 */

/** Partitions of the due index; each takes 1,000 writes a second (DynamoDB developer guide, "Partitions"). */
export const DUE_SHARDS = 8;

/** The partition of the due index in which a delivery waits. */
const dueShardOf = (deliveryId: string): string => {
  const [byte = 0] = createHash("sha256").update(deliveryId).digest();
  return `DUE#${byte % DUE_SHARDS}`;
};

/**
 * What puts a delivery into the index. `release` moves `dueAt` on while a job is on its way through the queue;
 * `waitsUntil` stays what people are told.
 */
export const dueFields = (deliveryId: string, dueAt: string) => ({
  dueAt,
  dueShard: dueShardOf(deliveryId),
  waitsUntil: dueAt,
});

/** The sparse index of waiting deliveries: only items with `dueShard` are in it. */
export const createDueIndex = (table: Table, indexName: string): DueIndex => ({
  async due(time, limit) {
    const shards = await Promise.all(
      Array.from({ length: DUE_SHARDS }, async (_, shard) => {
        const found = await table.client.send(
          new QueryCommand({
            TableName: table.name,
            IndexName: indexName,
            KeyConditionExpression: "dueShard = :shard AND dueAt <= :now",
            ExpressionAttributeValues: { ":shard": `DUE#${shard}`, ":now": time.toISOString() },
            Limit: limit,
          }),
        );
        return (found.Items ?? []) as DueDelivery[];
      }),
    );
    return shards
      .flat()
      .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
      .slice(0, limit)
      .map(({ pk, sk, dueAt }) => ({ pk, sk, dueAt }));
  },

  async take({ pk, sk, dueAt }, againAt) {
    const taken = await ifConditionHolds(() =>
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { pk, sk },
          UpdateExpression: "SET dueAt = :again",
          ConditionExpression: "dueAt = :seen",
          ExpressionAttributeValues: { ":again": againAt.toISOString(), ":seen": dueAt },
          ReturnValues: "ALL_NEW",
        }),
      ),
    );
    return taken === undefined ? undefined : jobOf(taken.Attributes as DeliveryItem);
  },
});

const jobOf = (item: DeliveryItem): DeliverJob => {
  const job = parseDeliverJob(item.job ?? "");
  if (job === undefined) throw new Error(`cannot release ${item.id}: its job cannot be read`);
  return job;
};
