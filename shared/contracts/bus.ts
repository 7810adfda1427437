import * as z from "zod/mini";
import type { Tenant } from "../domain/scope.ts";
import { parseJson } from "./json.ts";

/** `detail-type` of events about pipelines. */
export const PIPELINE_EVENT = "Pipeline Event";

/** `detail-type` of messages asked for directly. */
export const EMAIL_REQUESTED = "Email Requested";

/** `detail-type`s that applications publish. */
export const PUBLISHABLE = [PIPELINE_EVENT, EMAIL_REQUESTED];

/** `source` of what Tidings itself publishes; the intake never listens to it. */
export const TIDINGS_SOURCE = "tidings";

/** What the sources end in under which the API publishes for tenants. */
export const API_SOURCE_END = ".api";

/** `source` of what the API publishes for a tenant: one of the tenant's own, which the intake takes its word for. */
export const apiSourceOf = (tenant: Tenant): string => `${tenant}${API_SOURCE_END}`;

/** `detail-type`s of what Tidings publishes under {@link TIDINGS_SOURCE}. */
export const PUBLISHED = {
  audit: "Audit",
  credentialsExpiring: "Credentials Expiring",
  transportSuspended: "Transport Suspended",
  deliveryAccepted: "Delivery Accepted",
  deliveryRejected: "Delivery Rejected",
  deliveryExpired: "Delivery Expired",
  deliveryHeld: "Delivery Held",
  deliverySuppressed: "Delivery Suppressed",
  deliveryDelivered: "Delivery Delivered",
  deliveryBounced: "Delivery Bounced",
  deliveryComplained: "Delivery Complained",
} as const;

/** Largest `detail` that is taken in, in bytes of UTF-8. */
export const MAX_DETAIL_BYTES = 256 * 1024;

/** What EventBridge puts on the events queue (EventBridge user guide, "AWS service event metadata"). */
export interface BusEvent {
  /** The bus's own id: the same for every redelivery of one PutEvents entry. */
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  /** ISO-8601, to the second. */
  readonly time: string;
  readonly detail: unknown;
}

const schema = z.object({
  id: z.string().check(z.minLength(1)),
  source: z.string(),
  "detail-type": z.string(),
  time: z.iso.datetime(),
  detail: z.unknown(),
});

/** Reads a message of the events queue. Undefined: it is not an EventBridge event at all. */
export const parseBusEvent = (body: string): BusEvent | undefined => {
  const parsed = schema.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { "detail-type": detailType, ...rest } = parsed.data;
  return { ...rest, detailType };
};
