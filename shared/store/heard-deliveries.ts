import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { tenantOf } from "../domain/scope.ts";
import type { HeardDeliveries } from "../flow/feedback-ports.ts";
import { type DeliveryItem, toDelivery } from "./delivery-item.ts";
import { deliveryKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   one delivery               get    DELIVERIES#<tenant>#<day> / <id>
 *   store what was told of it  update the same item                      if nothing changed it since
 */

/**
 * Deliveries in the deliveries table, as their providers' feedback changes them. A write that the SDK repeats since its
 * answer was lost answers false, and whoever looks again finds the feedback there.
 */
export const createHeardDeliveries = ({ client, name: TableName }: Table): HeardDeliveries => ({
  async find(tenant, id) {
    const Key = deliveryKey(tenant, id);
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    if (Item === undefined) return undefined;
    const item = Item as DeliveryItem;
    return { delivery: toDelivery(item), heldUntil: item.leaseUntil };
  },

  async hear(seen, { state, possibleDuplicate, provider, note, feedback }, now) {
    const known = seen.feedback.length;
    const written = await ifConditionHolds(() =>
      client.send(
        new UpdateCommand({
          TableName,
          Key: deliveryKey(tenantOf(seen.scope), seen.id),
          UpdateExpression: [
            "SET #state = :state, possibleDuplicate = :possibleDuplicate, provider = :provider, note = :note,",
            "updatedAt = :now,",
            `feedback = ${known === 0 ? ":feedback" : "list_append(feedback, :feedback)"}`,
            // Whoever writes again what is undone here finds no trace of their own: neither an administrator whose
            // answer was lost, nor a sender.
            "REMOVE dueAt, dueShard, waitsUntil, job, changeId, leaseUntil",
          ].join(" "),
          ConditionExpression: [
            "#state = :seenState AND updatedAt = :seenAt",
            // Two changes may bear the same millisecond.
            known === 0 ? "attribute_not_exists(feedback)" : "size(feedback) = :known",
          ].join(" AND "),
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: {
            ":state": state,
            ":possibleDuplicate": possibleDuplicate,
            ":provider": provider,
            ":note": note,
            ":now": now.toISOString(),
            ":feedback": feedback,
            ":seenState": seen.state,
            ":seenAt": seen.updatedAt,
            ...(known === 0 ? {} : { ":known": known }),
          },
        }),
      ),
    );
    return written !== undefined;
  },
});
