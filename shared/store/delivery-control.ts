import { UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { DeliveryControl } from "../admin/ports.ts";
import type { Delivery } from "../domain/delivery.ts";
import { isDigestId } from "../domain/digest.ts";
import { tenantOf } from "../domain/scope.ts";
import type { DigestStore } from "../flow/waiting-ports.ts";
import { type DeliveryItem, toDelivery } from "./delivery-item.ts";
import { dueShardOf } from "./due-index.ts";
import { deliveryKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   let one be sent soon   update DELIVERIES#<tenant>#<day> / <id>   if it is as it was seen and has its job
 *   end one                update the same item                      if it is as it was seen
 *                          after closing the digest that it carries
 */

/**
 * What administrators do to single deliveries. One that is to be sent is put into the due index with the job it kept,
 * and nowhere else: it cannot be lost between a table and a queue. `release` finds it within a minute.
 */
export const createDeliveryControl = (table: Table, digests: Pick<DigestStore, "close">): DeliveryControl => ({
  requeue: (seen, possibleDuplicate, at) =>
    change(table, seen, {
      UpdateExpression:
        "SET #state = :next, dueAt = :now, dueShard = :shard, sendableFrom = :now, possibleDuplicate = :double, updatedAt = :now",
      ConditionExpression: `${AS_SEEN} AND attribute_exists(job)`,
      ExpressionAttributeValues: {
        ":next": "deferred",
        ":now": at.toISOString(),
        ":shard": dueShardOf(seen.id),
        ":double": possibleDuplicate,
      },
    }),
  async cancel(seen, at) {
    // An event that came into a digest which nobody sends would be lost: from now on they go into the next one.
    if (isDigestId(seen.eventId)) await digests.close(tenantOf(seen.scope), seen.id, at);
    return change(table, seen, {
      UpdateExpression: "SET #state = :next, updatedAt = :now REMOVE dueAt, dueShard, job",
      ConditionExpression: AS_SEEN,
      ExpressionAttributeValues: { ":next": "cancelled", ":now": at.toISOString() },
    });
  },
});

const AS_SEEN = "#state = :seenState AND updatedAt = :seenAt";

const change = async (
  table: Table,
  seen: Delivery,
  input: Pick<UpdateCommandInput, "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeValues">,
): Promise<Delivery | undefined> => {
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        ...input,
        TableName: table.name,
        Key: deliveryKey(tenantOf(seen.scope), seen.id),
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: {
          ...input.ExpressionAttributeValues,
          ":seenState": seen.state,
          ":seenAt": seen.updatedAt,
        },
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  return written === undefined ? undefined : toDelivery(written.Attributes as DeliveryItem);
};
