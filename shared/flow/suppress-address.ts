import type { DeliveryId } from "../domain/delivery.ts";
import type { Log } from "../domain/log.ts";
import { type Scope, SYSTEM, tenantOf } from "../domain/scope.ts";
import type { NewSuppression } from "../domain/suppression.ts";
import type { Suppressor } from "./suppression-ports.ts";

/** What putting an address on a list needs. */
export interface SuppressAddressDeps {
  readonly suppressions: Suppressor;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Puts the recipient of a mail on the suppression list of its tenant, for what became of that mail. `system` has no list:
 * whom it mails are people of many tenants.
 */
export const suppressAddress = async (
  { suppressions, log, now }: SuppressAddressDeps,
  scope: Scope,
  suppression: NewSuppression & { readonly deliveryId: DeliveryId },
): Promise<void> => {
  const tenant = tenantOf(scope);
  if (tenant === SYSTEM) return;
  await suppressions.add(scope, suppression, { by: "tidings", at: now() });
  const { deliveryId, cause } = suppression;
  log.info("address.suppressed", { tenant, scope, deliveryId, cause });
};
