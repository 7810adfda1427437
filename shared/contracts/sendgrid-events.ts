import * as z from "zod/mini";
import { leadsNowhere } from "../domain/bounce.ts";
import { type DeliveryId, parseDeliveryId } from "../domain/delivery.ts";
import type { Feedback, FeedbackKind } from "../domain/feedback.ts";
import { toRecordableText } from "../domain/recordable-text.ts";
import { parseScope, type Scope } from "../domain/scope.ts";
import type { SuppressionCause } from "../domain/suppression.ts";
import { parseJson } from "./json.ts";

/** Names of the arguments that our mails carry through SendGrid, which sends them back with every event. */
export const DELIVERY_ARGUMENT = "tidings_delivery";
/** The scope of the mail: the delivery's id does not tell its tenant. */
export const SCOPE_ARGUMENT = "tidings_scope";

/** What SendGrid told of one of our mails. */
export interface Report {
  readonly deliveryId: DeliveryId;
  /** Undefined for mails of before they carried it. */
  readonly scope: Scope | undefined;
  readonly feedback: Feedback;
  /** Why the address is to be mailed no more; null when it is. */
  readonly suppresses: SuppressionCause | null;
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
 * an account, of which those are passed over that are not ours, that have no meaning for a delivery (`open`, `click`),
 * or that cannot be read. Undefined: it is no list at all.
 */
export const readSendGridEvents = (body: string): readonly Report[] | undefined => {
  const events = parseJson(body);
  if (!Array.isArray(events)) return undefined;
  return events.flatMap((event) => {
    const parsed = eventSchema.safeParse(event);
    return parsed.success ? (toReport(parsed.data) ?? []) : [];
  });
};

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

const toReport = (event: SendGridEvent): Report | undefined => {
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
  dropped: ({ reason = "" }) => (Object.hasOwn(DROPPED, reason) ? DROPPED[reason] : undefined),
  complained: () => "complained",
  unsubscribed: () => "unsubscribed",
};

/** SendGrid's own lists, of which it tells only when it drops a mail. What it drops for other reasons is not about the address. */
const DROPPED: Readonly<Record<string, SuppressionCause>> = {
  "Bounced Address": "bounced",
  Invalid: "bounced",
  "Spam Reporting Address": "complained",
  "Unsubscribed Address": "unsubscribed",
};

/** `blocked` is for a while or about the sender; a bounce may be about a full mailbox. */
const isOfNobody = ({ type, status = "", reason = "", bounce_classification: about }: SendGridEvent): boolean =>
  type !== "blocked" &&
  (about === "Invalid Address" || leadsNowhere(status) || leadsNowhere(STATUS_IN_REPLY.exec(reason)?.[1] ?? ""));

/** The status within a reply such as `550 5.1.1 no such user`. */
const STATUS_IN_REPLY = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/;
