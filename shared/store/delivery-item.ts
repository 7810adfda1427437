import type { DeliverJob } from "../contracts/deliver-job.ts";
import type { Delivery } from "../domain/delivery.ts";

/** A delivery as the table returns it. Only our own conditional writes make these items. */
export type DeliveryItem = Omit<Delivery, "dueAt" | "note" | "messageId" | "pipelineId" | "feedback"> & {
  readonly pk: string;
  readonly sk: string;
  /** Tries settled so far: what a job must know to claim the next one. */
  readonly tries: number;
  /** Since when it may be sent, when that was not at once: the time after which it is given up counts from here. */
  readonly sendableFrom?: string;
  readonly leaseUntil?: string;
  /** Another one with each claim. It outlives the lease. */
  readonly leaseId?: string;
  /** Absent until the first claim: only a sender knows the domain it is made with. */
  readonly messageId?: string;
  readonly note?: string | null;
  /** Absent until a provider has told something. */
  readonly feedback?: Delivery["feedback"];
  readonly pipelineId?: string | null;
  /** When `release` is to take it next, while it waits. */
  readonly dueAt?: string;
  /** When it is tried next: what people are told. */
  readonly waitsUntil?: string;
  readonly dueShard?: string;
  readonly job?: string;
  /** Another one with each change by an administrator. */
  readonly changeId?: string;
};

/** The delivery within an item, without what only the store needs. */
export const toDelivery = (item: DeliveryItem): Delivery => ({
  id: item.id,
  scope: item.scope,
  eventId: item.eventId,
  pipelineId: item.pipelineId ?? null,
  recipient: item.recipient,
  state: item.state,
  possibleDuplicate: item.possibleDuplicate,
  provider: item.provider,
  messageId: item.messageId ?? "",
  ruleIds: item.ruleIds,
  ...(item.isTest ? { isTest: item.isTest } : {}),
  subject: item.subject,
  note: item.note ?? null,
  attempts: item.attempts,
  feedback: item.feedback ?? [],
  dueAt: item.dueAt === undefined ? null : (item.waitsUntil ?? item.dueAt),
  createdAt: item.createdAt,
  updatedAt: item.updatedAt,
});

/**
 * The fields of a delivery that no try changes or that its first one begins with, without key and state. Writers set
 * them with `if_not_exists`, for a mail that waited before its first try has them already.
 */
export const newDeliveryFields = (job: DeliverJob, now: Date, retentionDays: number) => ({
  id: job.deliveryId,
  type: "delivery",
  v: 1,
  scope: job.scope,
  eventId: job.eventId,
  pipelineId: job.event?.pipeline?.id ?? job.pipelineId ?? null,
  recipient: job.recipient,
  ruleIds: job.ruleIds,
  ...(job.isTest ? { isTest: job.isTest } : {}),
  subject: null,
  note: null,
  provider: null,
  possibleDuplicate: false,
  attempts: [],
  tries: 0,
  createdAt: now.toISOString(),
  expiresAt: Math.floor(now.getTime() / 1000) + Math.ceil(retentionDays * 86_400),
});
