import type { DeliverJob } from "../../contracts/deliver-job.ts";
import { condemnsAddress } from "../../domain/bounce.ts";
import type { SendOutcome } from "../../domain/outcome.ts";
import { SYSTEM, type Tenant, tenantOf } from "../../domain/scope.ts";
import { isSuppressed } from "../../domain/suppression.ts";
import type { Claim } from "../ports.ts";
import type { Suppressing, Suppressor } from "../suppression-ports.ts";
import type { DigestStore } from "../waiting-ports.ts";
import { endUnsent } from "./settle.ts";
import type { Settled, StoreDeps } from "./settlement.ts";

/** What heeding and writing the suppression list needs. */
export interface SuppressDeps extends StoreDeps {
  readonly suppressions: Suppressor;
  readonly digests: Pick<DigestStore, "close">;
}

/**
 * Whether a mail is not to go out since its recipient is on the tenant's suppression list. A digest is closed then, as
 * it would be for its mail: events that come later go into the next one.
 */
export const isLeftOut = async (
  { digests, now }: Pick<SuppressDeps, "digests" | "now">,
  { kind, scope, deliveryId, recipient }: DeliverJob,
  configs: ReadonlyMap<Tenant, Suppressing>,
): Promise<boolean> => {
  const suppressed = configs.get(tenantOf(scope))?.suppressed;
  if (suppressed === undefined || !isSuppressed(suppressed, recipient)) return false;
  if (kind === "digest") await digests.close(tenantOf(scope), deliveryId, now());
  return true;
};

const NOTE = "Not sent: the recipient is on the tenant's suppression list.";

/** Ends a claimed mail whose recipient is on the list; its job is kept for an administrator's retry. */
export const endSuppressed = (deps: StoreDeps, job: DeliverJob, claim: Claim): Promise<Settled> =>
  endUnsent(deps, job, claim, { state: "suppressed", note: NOTE });

/**
 * Puts the recipient on the list when the send ended so that the address leads nowhere. To be asked when the mail's own
 * outcome is stored. Never throws: a refusal of the next mail would tell again. `system` has no list; whom it mails are
 * people of many tenants.
 */
export const suppressBounced = async (
  { suppressions, log, now }: Pick<SuppressDeps, "suppressions" | "log" | "now">,
  { scope, deliveryId, recipient }: DeliverJob,
  outcome: SendOutcome | undefined,
): Promise<void> => {
  if (outcome === undefined || !condemnsAddress(outcome) || tenantOf(scope) === SYSTEM) return;
  const fields = { tenant: tenantOf(scope), scope, deliveryId };
  const bounced = { address: recipient, cause: "bounced", reason: outcome.text, deliveryId } as const;
  try {
    await suppressions.add(scope, bounced, { by: "tidings", at: now() });
    log.info("address.suppressed", fields);
  } catch (error) {
    log.error("address.not-suppressed", fields, error);
  }
};
