import { randomUUID } from "node:crypto";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { DeliveryControl } from "../admin/ports.ts";
import { type DeliverJob, parseDeliverJob } from "../contracts/deliver-job.ts";
import type { Delivery } from "../domain/delivery.ts";
import { isDigestId } from "../domain/digest.ts";
import { tenantOf } from "../domain/scope.ts";
import type { DigestStore } from "../flow/waiting-ports.ts";
import { type DeliveryItem, toDelivery } from "./delivery-item.ts";
import { dueFields } from "./due-index.ts";
import { deliveryKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   read the job one kept  get    DELIVERIES#<tenant>#<day> / <id>
 *   let one be sent soon   update the same item                      if it is as it was seen
 *   end one                update the same item                      if it is as it was seen
 *                          after closing the digest that it carries
 *
 * Each change has an id: a write that the SDK repeats because its answer was lost finds its own, and has been heard.
 */

/**
 * What administrators do to single deliveries. One that is to be sent is put into the due index with the job it kept,
 * and nowhere else: it cannot be lost between a table and a queue. `release` finds it within a minute.
 */
export const createDeliveryControl = (table: Table, digests: Pick<DigestStore, "close">): DeliveryControl => ({
  async requeue(seen, possibleDuplicate, at) {
    const job = await readJob(table, seen);
    if (job === undefined) return undefined;
    return change(table, seen, {
      state: "deferred",
      job: JSON.stringify({ ...job, permit: undefined, isUrgent: true } satisfies DeliverJob),
      ...dueFields(seen.id, at.toISOString()),
      sendableFrom: at.toISOString(),
      possibleDuplicate,
      updatedAt: at.toISOString(),
    });
  },
  async cancel(seen, at) {
    // An event that came into a digest which nobody sends would be lost: from now on they go into the next one.
    if (isDigestId(seen.eventId)) await digests.close(tenantOf(seen.scope), seen.id, at);
    return change(table, seen, { state: "cancelled", updatedAt: at.toISOString() }, ["dueAt", "dueShard", "job"]);
  },
});

const readJob = async (
  { client, name: TableName }: Table,
  { scope, id }: Delivery,
): Promise<DeliverJob | undefined> => {
  const Key = deliveryKey(tenantOf(scope), id);
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return parseDeliverJob(String(Item?.job));
};

const change = async (
  { client, name: TableName }: Table,
  seen: Delivery,
  fields: Readonly<Partial<DeliveryItem>>,
  removed: readonly (keyof DeliveryItem)[] = [],
): Promise<Delivery | undefined> => {
  const set = Object.entries({ ...fields, changeId: randomUUID() });
  const written = await ifConditionHolds(() =>
    client.send(
      new UpdateCommand({
        TableName,
        Key: deliveryKey(tenantOf(seen.scope), seen.id),
        UpdateExpression: [
          `SET ${set.map(([field]) => `#${field} = :${field}`).join(", ")}`,
          ...(removed.length === 0 ? [] : [`REMOVE ${removed.join(", ")}`]),
        ].join(" "),
        ConditionExpression: "#state = :seenState AND #updatedAt = :seenAt OR #changeId = :changeId",
        ExpressionAttributeNames: Object.fromEntries(set.map(([field]) => [`#${field}`, field])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(set.map(([field, value]) => [`:${field}`, value])),
          ":seenState": seen.state,
          ":seenAt": seen.updatedAt,
        },
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  return written === undefined ? undefined : toDelivery(written.Attributes as DeliveryItem);
};
