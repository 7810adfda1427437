import * as z from "zod/mini";
import { type EmailAddress, parseAddress } from "../domain/address.ts";
import { type DeliveryId, parseDeliveryId } from "../domain/delivery.ts";
import type { PipelineEvent } from "../domain/event.ts";
import { parseScope, type Scope } from "../domain/scope.ts";
import { parseJson } from "./json.ts";
import { readPipelineEvent } from "./pipeline-event.ts";

/**
 * One mail to make and send: what `notify` puts into the outbox, and what a waiting delivery keeps so that `release`
 * can put it back. Version 1; readers pass over fields they do not know.
 */
export interface DeliverJob {
  readonly v: 1;
  readonly deliveryId: DeliveryId;
  readonly scope: Scope;
  readonly eventId: string;
  readonly recipient: EmailAddress;
  readonly ruleIds: readonly string[];
  /** The event itself when it is small; otherwise the sender reads it from the event's receipt. */
  readonly event?: PipelineEvent | undefined;
  /** How many tries the delivery has behind it: a copy of the message from before a later try does nothing. */
  readonly tries: number;
}

/** Largest event that travels inside a job, in characters of JSON, so that ten jobs fit one 64 KiB SQS request. */
export const MAX_INLINE_EVENT_CHARS = 4096;

const schema = z.object({
  v: z.literal(1),
  deliveryId: z.string(),
  scope: z.string(),
  eventId: z.string(),
  recipient: z.string(),
  ruleIds: z.array(z.string()),
  event: z.optional(z.unknown()),
  tries: z.int().check(z.nonnegative()),
});

/** Reads a message of the outbox. Undefined: it was not written by us, or by a version we cannot read. */
export const parseDeliverJob = (body: string): DeliverJob | undefined => {
  const parsed = schema.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const deliveryId = parseDeliveryId(parsed.data.deliveryId);
  const scope = parseScope(parsed.data.scope);
  const recipient = parseAddress(parsed.data.recipient);
  const event = readPipelineEvent(parsed.data.event);
  const eventIsMissingOrRead = parsed.data.event === undefined || event !== undefined;
  if (deliveryId === undefined || scope === undefined || recipient === undefined || !eventIsMissingOrRead) {
    return undefined;
  }
  return { ...parsed.data, deliveryId, scope, recipient, event };
};
