import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { tenantOf } from "../domain/scope.ts";
import type { WaitingRoom } from "../flow/waiting-ports.ts";
import { newDeliveryFields } from "./delivery-item.ts";
import { dueFields } from "./due-index.ts";
import { deliveryKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   wait for a first try   put  DELIVERIES#<tenant>#<day> / <id>   if absent
 */

/** Deliveries that wait before anybody has tried to send them, kept for `retentionDays`. */
export const createWaitingRoom = (table: Table, retentionDays: number): WaitingRoom => ({
  async park(job, dueAt, now) {
    await ifConditionHolds(() =>
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: {
            ...deliveryKey(tenantOf(job.scope), job.deliveryId),
            ...newDeliveryFields(job, now, retentionDays),
            state: "deferred",
            updatedAt: now.toISOString(),
            ...dueFields(job.deliveryId, dueAt),
            sendableFrom: dueAt,
            job: JSON.stringify(job),
          },
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      ),
    );
  },
});
