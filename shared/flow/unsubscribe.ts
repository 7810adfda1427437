import type { ProductMetrics } from "../contracts/metrics.ts";
import type { Log } from "../domain/log.ts";
import { openSubscription, type Subscription } from "../domain/unsubscribe-token.ts";
import type { LinkKeys, Suppressor } from "./suppression-ports.ts";

/** What unsubscribing needs. */
export interface UnsubscribeDeps {
  readonly linkKeys: LinkKeys;
  readonly suppressions: Suppressor;
  readonly metrics: ProductMetrics;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Who would unsubscribe from what by a token; undefined for one that is in no link of ours. Changes nothing.
 * @throws Error when the key of the links cannot be read.
 */
export const findSubscription = async (
  { linkKeys }: Pick<UnsubscribeDeps, "linkKeys">,
  token: string,
): Promise<Subscription | undefined> => openSubscription(await linkKeys.get(), token);

/**
 * Puts whoever a token is about on the suppression list of the tenant, as `unsubscribed`, and answers who it was. However
 * often it is done, the end is the same; an address that is on the list for another cause stays there for that.
 * Undefined, and nothing changed, for a token that is in no link of ours.
 * @throws Error when the key of the links cannot be read, or the list cannot be written; repeating it is safe.
 */
export const unsubscribe = async (deps: UnsubscribeDeps, token: string): Promise<Subscription | undefined> => {
  const subscription = await findSubscription(deps, token);
  if (subscription === undefined) return undefined;
  const { tenant, address } = subscription;
  const entry = { address, cause: "unsubscribed", reason: null, deliveryId: null } as const;
  await deps.suppressions.add(tenant, entry, { by: "recipient", at: deps.now() });
  deps.metrics.add({ name: "Unsubscribes", value: 1 });
  deps.log.info("address.unsubscribed", { tenant });
  return subscription;
};
