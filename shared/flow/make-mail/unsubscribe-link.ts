import { type DeliverJob, isCausedByRules } from "../../contracts/deliver-job.ts";
import type { ProductMetrics } from "../../contracts/metrics.ts";
import type { Log } from "../../domain/log.ts";
import { SYSTEM, tenantOf } from "../../domain/scope.ts";
import { sealSubscription } from "../../domain/unsubscribe-token.ts";
import type { LinkKeys } from "../suppression-ports.ts";

/** What making the links by which people unsubscribe needs. */
export interface UnsubscribeLinkDeps {
  readonly linkKeys: LinkKeys;
  /** What the links begin with: an absolute URL without a slash at the end. */
  readonly unsubscribeUrl: string;
  readonly metrics: ProductMetrics;
  readonly log: Log;
}

/**
 * The link by which the recipient of a mail that rules cause unsubscribes from such mails of the tenant; the same one
 * in each of them. Undefined for other mails, for those of `system`, which has no list to put anybody on, and when there
 * is no key just now: a mail is neither lost nor late for its link, so that goes into the log and no further.
 */
export const unsubscribeLinkFor = async (
  { linkKeys, unsubscribeUrl, metrics, log }: UnsubscribeLinkDeps,
  job: DeliverJob,
): Promise<string | undefined> => {
  const tenant = tenantOf(job.scope);
  if (!isCausedByRules(job) || tenant === SYSTEM) return undefined;
  try {
    return `${unsubscribeUrl}/${sealSubscription(await linkKeys.get(), { tenant, address: job.recipient })}`;
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    metrics.add({ name: "LinksMissing", value: 1 });
    log.warn("mail.without-unsubscribe-link", { tenant, deliveryId: job.deliveryId, reason });
    return undefined;
  }
};
