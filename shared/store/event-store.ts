import { createHash } from "node:crypto";
import { BatchGetCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { readEmailRequest } from "../contracts/email-request.ts";
import { readPipelineEvent } from "../contracts/pipeline-event.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { EventRecord } from "../domain/event-record.ts";
import type { Message } from "../domain/message.ts";
import type { Tenant } from "../domain/scope.ts";
import type { EventStore, Receipt } from "../flow/ports.ts";
import { eventDayPartition, receiptKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   take in an event once        put  EVENT#<tenant>#<id> / EVENT            if absent, or only refused so far
 *   tell copies apart            get  the same item
 *   record what became of it     put  EVENTS#<tenant>#<day> / <receivedAt>#<id>
 *   record one that led nowhere  put  EVENTS#<tenant>#<day> / <bus time>#<id>#<bus event id>
 *   read an event for a job      get  EVENT#<tenant>#<id> / EVENT
 *   read a digest's events       batch get  the same items
 */

/** Events in the deliveries table, kept for `retentionDays`. */
export const createEventStore = (table: Table, retentionDays: number): EventStore => {
  const { client, name: TableName } = table;
  const expiresAt = (from: string): number => Math.floor(Date.parse(from) / 1000) + Math.ceil(retentionDays * 86_400);

  const readReceipt = async (tenant: Tenant, eventId: string) =>
    (await client.send(new GetCommand({ TableName, Key: receiptKey(tenant, eventId), ConsistentRead: true }))).Item;

  const isRecorded = async (tenant: Tenant, receivedAt: string, eventId: string): Promise<boolean> => {
    const Key = recordKey(tenant, receivedAt, eventId);
    const found = await client.send(
      new GetCommand({ TableName, Key, ConsistentRead: true, ProjectionExpression: "pk" }),
    );
    return found.Item !== undefined;
  };

  const putRecord = (tenant: Tenant, record: EventRecord, busEventId?: string) =>
    client.send(
      new PutCommand({
        TableName,
        Item: {
          ...recordKey(tenant, record.receivedAt, record.id, busEventId),
          type: "event-record",
          v: 1,
          record,
          expiresAt: expiresAt(record.receivedAt),
        },
      }),
    );

  return {
    async receive(tenant, said, busEventId, now) {
      const receivedAt = now.toISOString();
      const digest = digestOf(said);
      const content = { ["to" in said ? "message" : "event"]: JSON.stringify(said) };
      const body = { digest, busEventId, receivedAt, ...content, expiresAt: expiresAt(receivedAt) };
      const fresh = await ifConditionHolds(() =>
        client.send(
          new PutCommand({
            TableName,
            Item: { ...receiptKey(tenant, said.id), type: "event-receipt", v: 1, ...body },
            ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(refusedAt)",
          }),
        ),
      );
      if (fresh !== undefined) return { kind: "fresh", receivedAt };
      const first = await readReceipt(tenant, said.id);
      if (first?.busEventId !== busEventId) return copyOf(first?.digest === digest);
      return (await isRecorded(tenant, first.receivedAt, said.id))
        ? { kind: "redelivery" }
        : { kind: "fresh", receivedAt: first.receivedAt };
    },

    async recordRouted(tenant, record) {
      await putRecord(tenant, record);
    },

    async recordTurnedAway(tenant, record, busEventId) {
      const { receivedAt } = record;
      // Lets a look-up by id find a refused event, until an event of that id is taken in.
      await ifConditionHolds(() =>
        client.send(
          new PutCommand({
            TableName,
            Item: {
              ...receiptKey(tenant, record.id),
              type: "event-receipt",
              v: 1,
              busEventId,
              receivedAt,
              refusedAt: receivedAt,
              expiresAt: expiresAt(receivedAt),
            },
            ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(refusedAt)",
          }),
        ),
      );
      await putRecord(tenant, record, busEventId);
    },

    async read(tenant, eventId) {
      return eventOf(await readReceipt(tenant, eventId));
    },

    async readMessage(tenant, messageId) {
      const receipt = await readReceipt(tenant, messageId);
      return typeof receipt?.message === "string" ? readEmailRequest(JSON.parse(receipt.message)) : undefined;
    },

    async readMany(tenant, eventIds) {
      const events: PipelineEvent[] = [];
      let wanted = eventIds.map((id) => receiptKey(tenant, id));
      // DynamoDB answers 16 MB at a time (API reference, BatchGetItem).
      while (wanted.length > 0) {
        const RequestItems = { [TableName]: { Keys: wanted, ConsistentRead: true } };
        const answer = await client.send(new BatchGetCommand({ RequestItems }));
        events.push(...(answer.Responses?.[TableName] ?? []).flatMap((receipt) => eventOf(receipt) ?? []));
        wanted = (answer.UnprocessedKeys?.[TableName]?.Keys ?? []) as typeof wanted;
      }
      return events;
    },
  };
};

const eventOf = (receipt: Record<string, unknown> | undefined): PipelineEvent | undefined =>
  typeof receipt?.event === "string" ? readPipelineEvent(JSON.parse(receipt.event)) : undefined;

/** Key of an event's record; those that led nowhere have the bus's id in it, since several can share an event id. */
export const recordKey = (tenant: Tenant, receivedAt: string, eventId: string, busEventId?: string) => ({
  pk: eventDayPartition(tenant, receivedAt.slice(0, 10)),
  sk: [receivedAt, eventId, busEventId].filter((part) => part !== undefined).join("#"),
});

const copyOf = (sameContent: boolean): Receipt => ({ kind: sameContent ? "duplicate" : "conflict" });

/** Digest of what a publisher said, in whatever order its fields came. The bus's time is not part of it. */
const digestOf = ({ time: _, ...said }: PipelineEvent | Message): string =>
  createHash("sha256")
    .update(JSON.stringify(sortKeys(said)))
    .digest("base64url");

const sortKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  );
};
