import pLimit from "p-limit";
import type { ProductMetrics } from "../contracts/metrics.ts";
import type { Delivery, DeliveryId } from "../domain/delivery.ts";
import type { Feedback } from "../domain/feedback.ts";
import type { FeedbackReport } from "../domain/feedback-report.ts";
import { isWithin, type Scope, SYSTEM, type Tenant, tenantOf } from "../domain/scope.ts";
import type { SuppressionCause } from "../domain/suppression.ts";
import { type AnnounceDeps, announceAll } from "./announce.ts";
import { freshIn, heardNotice, heardOf } from "./feedback/heard.ts";
import type { HeardDeliveries } from "./feedback-ports.ts";
import { type SuppressAddressDeps, suppressAddress } from "./suppress-address.ts";
import type { Notice } from "./waiting-ports.ts";

/** What taking feedback needs. */
export interface FeedbackDeps extends AnnounceDeps, SuppressAddressDeps {
  readonly deliveries: HeardDeliveries;
  readonly metrics: ProductMetrics;
}

/** What became of reports: how many deliveries are known better now, and whether some have to be told of again. */
export interface Taken {
  readonly heard: number;
  /** Deliveries that a sender holds right now. */
  readonly busy: number;
}

/** Deliveries looked at side by side: a request holds up to several hundred events. */
const AT_A_TIME = 10;

/** Looks at a delivery that others change at the same time. */
const MOST_LOOKS = 5;

/**
 * Notes what a provider tells of mails: the states they are in, and addresses that are to be mailed no more. However
 * often and in whatever order it tells, the end is the same (each event has an id, which is kept). Only mails of `from`
 * and below are looked at, whatever the reports say.
 * @throws Error when the table or the list cannot be written; repeating all of it is safe.
 */
export const takeFeedback = async (
  deps: FeedbackDeps,
  from: Scope,
  reports: readonly FeedbackReport[],
): Promise<Taken> => {
  const limit = pLimit(AT_A_TIME);
  const own = reports.filter(({ scope = from }) => isWithin(scope, from));
  if (own.length < reports.length)
    deps.log.warn("feedback.foreign", { scope: from, count: reports.length - own.length });
  const ended = await Promise.allSettled(
    [...byDelivery(from, own).values()].map((group) => limit(() => hear(deps, from, group))),
  );
  const results = ended.flatMap((end) => (end.status === "fulfilled" ? end.value : []));
  await announceAll(
    deps,
    results.flatMap(({ notice }) => notice ?? []),
  );
  // Only now: what was heard of the others is told once and never again.
  const failed = ended.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  const count = (wanted: Result["kind"]): number => results.filter(({ kind }) => kind === wanted).length;
  return { heard: count("heard"), busy: count("busy") };
};

/** Reports on one delivery. */
interface Group {
  readonly tenant: Tenant;
  readonly id: DeliveryId;
  readonly reports: FeedbackReport[];
}

const byDelivery = (from: Scope, reports: readonly FeedbackReport[]): ReadonlyMap<string, Group> => {
  const groups = new Map<string, Group>();
  for (const report of reports) {
    const tenant = tenantOf(report.scope ?? from);
    const key = `${tenant}/${report.deliveryId}`;
    const group = groups.get(key) ?? { tenant, id: report.deliveryId, reports: [] };
    group.reports.push(report);
    groups.set(key, group);
  }
  return groups;
};

interface Result {
  /** `unknown`: there is no such delivery, or it is another's. `known`: nothing of it was new. */
  readonly kind: "heard" | "known" | "unknown" | "busy";
  readonly notice?: Notice | undefined;
}

const hear = async (deps: FeedbackDeps, from: Scope, { tenant, id, reports }: Group): Promise<Result> => {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const found = await deps.deliveries.find(tenant, id);
    if (found === undefined || !isWithin(found.delivery.scope, from)) return { kind: "unknown" };
    const { delivery: seen, heldUntil } = found;
    const fresh = freshIn(seen, reports);
    if (fresh.length === 0) return { kind: "known" };
    // Its sender is about to say how it stands: the provider is asked to tell again.
    if (heldUntil !== undefined && heldUntil > deps.now().toISOString()) return { kind: "busy" };
    // First the address: an event that is kept is never looked at again.
    await suppress(deps, from, seen, fresh);
    const heard = heardOf(seen, fresh);
    if (!(await deps.deliveries.hear(seen, heard, deps.now()))) continue;
    deps.metrics.add({ name: "FeedbackHeard", value: fresh.length });
    const kinds = fresh.map(({ feedback }) => feedback.kind);
    deps.log.info("feedback.heard", { tenant, scope: seen.scope, deliveryId: id, kinds, state: heard.state });
    return { kind: "heard", notice: heardNotice(seen, heard, deps.now()) };
  }
  throw new Error(`cannot note what was told of delivery ${id}: others keep changing it`);
};

const suppress = async (
  deps: FeedbackDeps,
  from: Scope,
  { scope, id: deliveryId, recipient: address }: Delivery,
  fresh: readonly FeedbackReport[],
): Promise<void> => {
  for (const { suppresses: cause, feedback } of fresh) {
    if (cause === null || isOfAnother(from, feedback, cause)) continue;
    await suppressAddress(deps, scope, { address, cause, reason: feedback.text, deliveryId });
  }
};

/**
 * The root's account is used by many tenants, and what it drops since somebody complained or unsubscribed may be about
 * another tenant's mail: no tenant learns of that.
 */
const isOfAnother = (from: Scope, { kind }: Feedback, cause: SuppressionCause): boolean =>
  from === SYSTEM && kind === "dropped" && cause !== "bounced";
