import pLimit from "p-limit";
import type { Report } from "../contracts/sendgrid-events.ts";
import type { Delivery, DeliveryId } from "../domain/delivery.ts";
import { isWithin, type Scope, SYSTEM, type Tenant, tenantOf } from "../domain/scope.ts";
import type { NewSuppression } from "../domain/suppression.ts";
import { type AnnounceDeps, announceAll } from "./announce.ts";
import { freshIn, heardOf, isHeld, noticeOf } from "./feedback/heard.ts";
import type { HeardDeliveries } from "./feedback-ports.ts";
import type { Suppressor } from "./suppression-ports.ts";
import type { Notice } from "./waiting-ports.ts";

/** What taking feedback needs. */
export interface FeedbackDeps extends AnnounceDeps {
  readonly deliveries: HeardDeliveries;
  readonly suppressions: Suppressor;
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
export const takeFeedback = async (deps: FeedbackDeps, from: Scope, reports: readonly Report[]): Promise<Taken> => {
  const limit = pLimit(AT_A_TIME);
  const own = reports.filter(({ scope = from }) => isWithin(scope, from));
  if (own.length < reports.length)
    deps.log.warn("feedback.foreign", { scope: from, count: reports.length - own.length });
  const results = await Promise.all(
    [...byDelivery(from, own).values()].map((group) => limit(() => hear(deps, from, group))),
  );
  await announceAll(
    deps,
    results.flatMap(({ notice }) => notice ?? []),
  );
  const count = (wanted: Result["kind"]): number => results.filter(({ kind }) => kind === wanted).length;
  return { heard: count("heard"), busy: count("busy") };
};

/** Reports on one delivery. */
interface Group {
  readonly tenant: Tenant;
  readonly id: DeliveryId;
  readonly reports: Report[];
}

const byDelivery = (from: Scope, reports: readonly Report[]): ReadonlyMap<string, Group> => {
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
    const seen = await deps.deliveries.find(tenant, id);
    if (seen === undefined || !isWithin(seen.scope, from)) return { kind: "unknown" };
    const fresh = freshIn(seen, reports);
    if (fresh.length === 0) return { kind: "known" };
    // Its sender is about to say how it stands, or is dead: the provider is asked to tell again.
    if (isHeld(seen)) return { kind: "busy" };
    // First the address: an event that is kept is never looked at again.
    await suppress(deps, seen, fresh);
    const heard = heardOf(seen, fresh);
    if (!(await deps.deliveries.hear(seen, heard, deps.now()))) continue;
    const kinds = fresh.map(({ feedback }) => feedback.kind);
    deps.log.info("feedback.heard", { tenant, scope: seen.scope, deliveryId: id, kinds, state: heard.state });
    return { kind: "heard", notice: noticeOf(seen, heard, deps.now()) };
  }
  throw new Error(`cannot note what was told of delivery ${id}: others keep changing it`);
};

/** `system` has no list; whom it mails are people of many tenants. */
const suppress = async (
  { suppressions, log, now }: FeedbackDeps,
  { scope, id, recipient }: Delivery,
  fresh: readonly Report[],
): Promise<void> => {
  if (tenantOf(scope) === SYSTEM) return;
  for (const { suppresses, feedback } of fresh) {
    if (suppresses === null) continue;
    const entry: NewSuppression = { address: recipient, cause: suppresses, reason: feedback.text, deliveryId: id };
    await suppressions.add(scope, entry, { by: "tidings", at: now() });
    log.info("address.suppressed", { tenant: tenantOf(scope), scope, deliveryId: id, cause: suppresses });
  }
};
