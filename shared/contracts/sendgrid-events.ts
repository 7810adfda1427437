import * as z from "zod/mini";
import { leadsNowhere } from "../domain/bounce.ts";
import { parseDeliveryId } from "../domain/delivery.ts";
import { enhancedCodeOf } from "../domain/enhanced-code.ts";
import type { FeedbackKind } from "../domain/feedback.ts";
import type { FeedbackReport } from "../domain/feedback-report.ts";
import { toRecordableText } from "../domain/recordable-text.ts";
import { parseScope } from "../domain/scope.ts";
import type { SuppressionCause } from "../domain/suppression.ts";
import { isRecord } from "./bus-detail.ts";
import { parseJson } from "./json.ts";

/** Names of the arguments that our mails carry through SendGrid, which sends them back with every event. */
export const DELIVERY_ARGUMENT = "tidings_delivery";
/** The scope of the mail: the delivery's id does not tell its tenant. */
export const SCOPE_ARGUMENT = "tidings_scope";

/** What SendGrid posted, read. */
export interface SendGridPost {
  readonly reports: readonly FeedbackReport[];
  /** Events of our mails that cannot be read: more than none call for a developer. */
  readonly unreadable: number;
  /**
   * Bounces and complaints that name no mail. Some are of other senders on the account; others come so late that
   * SendGrid does not know any more which mail they are about (sendgrid/docs, "Event Webhook Reference").
   */
  readonly nameless: number;
}

/** Longest id that is kept of an event; SendGrid's have about 50 characters. */
const MAX_ID_CHARS = 200;

/** Dates that JavaScript can tell end after 8.64e12 seconds; mails are not sent after the year 5000. */
const MAX_TIMESTAMP = 1e11;

/** Words that we can do without: those of another type than expected count as missing. */
const words = z.catch(z.optional(z.string()), undefined);

const eventSchema = z.object({
  event: z.string(),
  sg_event_id: z.string().check(z.minLength(1), z.maxLength(MAX_ID_CHARS)),
  /** Unix time in seconds. */
  timestamp: z.number().check(z.gt(0), z.lt(MAX_TIMESTAMP)),
  [DELIVERY_ARGUMENT]: z.string(),
  [SCOPE_ARGUMENT]: words,
  type: words,
  status: words,
  reason: words,
  response: words,
  bounce_classification: words,
});

type SendGridEvent = z.infer<typeof eventSchema>;

/**
 * Reads what SendGrid's Event Webhook posts (Twilio, "Event Webhook Reference", read 2026-11-26): events of all mails of
 * an account, of which those are passed over that are not ours or have no meaning for a delivery (`open`, `click`).
 * Undefined: it is no list at all.
 */
export const readSendGridEvents = (body: string): SendGridPost | undefined => {
  const events = parseJson(body);
  if (!Array.isArray(events)) return undefined;
  const [ours, others] = [events.filter(isOurs), events.filter((event) => !isOurs(event))];
  const read = ours.map((event) => eventSchema.safeParse(event));
  return {
    reports: read.flatMap(({ data }) => (data && toReport(data)) ?? []),
    unreadable: read.filter(({ success }) => !success).length,
    nameless: others.filter((event) => isRecord(event) && NAMELESS.includes(String(event.event))).length,
  };
};

const isOurs = (event: unknown): boolean => isRecord(event) && DELIVERY_ARGUMENT in event;

const NAMELESS = ["bounce", "spamreport"];

/** What SendGrid calls what we call otherwise, or the same. */
const KIND_OF: Readonly<Record<string, FeedbackKind>> = {
  processed: "processed",
  deferred: "deferred",
  delivered: "delivered",
  bounce: "bounced",
  dropped: "dropped",
  spamreport: "complained",
  unsubscribe: "unsubscribed",
  group_unsubscribe: "unsubscribed",
};

const toReport = (event: SendGridEvent): FeedbackReport | undefined => {
  const kind = Object.hasOwn(KIND_OF, event.event) ? KIND_OF[event.event] : undefined;
  const deliveryId = parseDeliveryId(event[DELIVERY_ARGUMENT]);
  if (kind === undefined || deliveryId === undefined) return undefined;
  const told = event.reason ?? event.response;
  return {
    deliveryId,
    scope: parseScope(event[SCOPE_ARGUMENT] ?? ""),
    feedback: {
      id: event.sg_event_id,
      kind,
      at: new Date(event.timestamp * 1000).toISOString(),
      enhancedCode: STATUS.exec(event.status ?? "")?.[0] ?? null,
      text: told === undefined ? null : toRecordableText(told),
    },
    suppresses: CAUSE_OF[kind]?.(event) ?? null,
  };
};

/** RFC 3463 section 2. */
const STATUS = /^[245]\.\d{1,3}\.\d{1,3}$/;

/** What follows for the address, by kind. Of a mail that was put off, or that arrived, nothing does. */
const CAUSE_OF: Readonly<Partial<Record<FeedbackKind, (event: SendGridEvent) => SuppressionCause | undefined>>> = {
  bounced: (event) => (isOfNobody(event) ? "bounced" : undefined),
  dropped: ({ reason = "" }) => DROPPED.get(reason.toLowerCase()),
  complained: () => "complained",
  unsubscribed: () => "unsubscribed",
};

/**
 * Reasons that are about the address. SendGrid's own list of bounces is not one: it holds full mailboxes and refusals by
 * policy as well.
 */
const DROPPED: ReadonlyMap<string, SuppressionCause> = new Map([
  ["invalid", "bounced"],
  ["spam reporting address", "complained"],
  ["unsubscribed address", "unsubscribed"],
]);

/** `blocked` is for a while or about the sender; a bounce may be about a full mailbox. */
const isOfNobody = ({ type, status = "", reason = "", bounce_classification: about }: SendGridEvent): boolean =>
  type !== "blocked" &&
  (about === "Invalid Address" || leadsNowhere(status) || leadsNowhere(enhancedCodeOf(reason) ?? ""));
