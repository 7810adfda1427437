import * as z from "zod/mini";
import { type EmailAddress, parseAddress } from "../domain/address.ts";
import { type DeliveryId, deliveryIdOf, parseDeliveryId } from "../domain/delivery.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { Permit } from "../domain/rate.ts";
import { parseScope, type Scope, tenantOf } from "../domain/scope.ts";
import type { TemplateRef } from "../domain/template.ts";
import { parseJson } from "./json.ts";
import { readPipelineEvent } from "./pipeline-event.ts";

/** What a mail can be made from. `eventId` is the id of the event, the digest or the message. */
export const JOB_KINDS = ["event", "digest", "message"] as const;

/** One of {@link JOB_KINDS}. */
export type JobKind = (typeof JOB_KINDS)[number];

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
  /** What the mail is made from: one event, a digest of several, or a message that was asked for directly. */
  readonly kind: JobKind;
  /** The version of the template it is made with; absent: the built-in mail. */
  readonly template?: TemplateRef | undefined;
  /** A sample that somebody asked for: the mail says that it is one. */
  readonly isTest?: true | undefined;
  /** Tidings' own word to those behind mail settings: no rule asked for it, so that nobody can unsubscribe from it. */
  readonly isNotice?: true | undefined;
  /** The event itself when it is small; otherwise the sender reads it from the event's receipt. */
  readonly event?: PipelineEvent | undefined;
  /** The pipeline that the mail is about, where no event tells it. */
  readonly pipelineId?: string | undefined;
  /** The slot that was taken for it while it waits for the rate of its transport. */
  readonly permit?: Permit | undefined;
  /** An administrator wants it now: its next try waits for no slot of a rate. */
  readonly isUrgent?: true | undefined;
  /** How many tries the delivery has behind it: a copy of the message from before a later try does nothing. */
  readonly tries: number;
}

/** Largest event that travels inside a job, in characters of JSON, so that ten jobs fit one 64 KiB SQS request. */
export const MAX_INLINE_EVENT_CHARS = 4096;

const scopeField = z.pipe(
  z.string(),
  z.transform((input, context): Scope => {
    const parsed = parseScope(input);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: "custom", message: "must be a scope", input });
    return z.NEVER;
  }),
);

const templateRef = z.object({ scope: scopeField, id: z.string(), version: z.int(), contentId: z.string() });

const schema = z.object({
  v: z.literal(1),
  deliveryId: z.string(),
  scope: scopeField,
  eventId: z.string(),
  recipient: z.string(),
  ruleIds: z.array(z.string()),
  kind: z._default(z.enum(JOB_KINDS), "event"),
  template: z.optional(templateRef),
  isTest: z.optional(z.literal(true)),
  isNotice: z.optional(z.literal(true)),
  event: z.optional(z.unknown()),
  pipelineId: z.optional(z.string()),
  // Permits of before they told their rate are good at none.
  permit: z.optional(z.object({ transportId: z.string(), perMinute: z._default(z.int(), 0), at: z.iso.datetime() })),
  isUrgent: z.optional(z.literal(true)),
  tries: z.int().check(z.nonnegative()),
});

/** Reads a message of the outbox. Undefined: it was not written by us, or by a version we cannot read. */
export const parseDeliverJob = (body: string): DeliverJob | undefined => {
  const parsed = schema.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const deliveryId = parseDeliveryId(parsed.data.deliveryId);
  const recipient = parseAddress(parsed.data.recipient);
  const event = readPipelineEvent(parsed.data.event);
  const eventIsMissingOrRead = parsed.data.event === undefined || event !== undefined;
  if (deliveryId === undefined || recipient === undefined || !eventIsMissingOrRead) {
    return undefined;
  }
  return { ...parsed.data, deliveryId, recipient, event };
};

/** Whether rules, or the override of a pipeline, caused a mail: its recipient can unsubscribe from such mails. */
export const isCausedByRules = ({ kind, isNotice }: Pick<DeliverJob, "kind" | "isNotice">): boolean =>
  kind !== "message" && isNotice !== true;

/** The job that tells somebody about something of Tidings' own, by the mail settings in force at the scope. */
export const noticeJob = (scope: Scope, recipient: EmailAddress, event: PipelineEvent): DeliverJob => ({
  v: 1,
  kind: "event",
  deliveryId: deliveryIdOf(tenantOf(scope), event.id, recipient, event.time),
  scope,
  eventId: event.id,
  recipient,
  ruleIds: [],
  isNotice: true,
  event,
  tries: 0,
});
