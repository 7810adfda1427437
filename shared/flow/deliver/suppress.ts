import { type DeliverJob, isCausedByRules } from "../../contracts/deliver-job.ts";
import { condemnsAddress } from "../../domain/bounce.ts";
import type { SendOutcome } from "../../domain/outcome.ts";
import { type Tenant, tenantOf } from "../../domain/scope.ts";
import { type Standing, standingIn } from "../../domain/suppression.ts";
import type { Claim } from "../ports.ts";
import { type SuppressAddressDeps, suppressAddress } from "../suppress-address.ts";
import type { Suppressing } from "../suppression-ports.ts";
import type { DigestStore } from "../waiting-ports.ts";
import { endUnsent } from "./settle.ts";
import type { Settled, StoreDeps } from "./settlement.ts";

/** What heeding and writing the suppression list needs. */
export interface SuppressDeps extends StoreDeps, SuppressAddressDeps {
  readonly digests: Pick<DigestStore, "close">;
}

/**
 * How the recipient of a mail that is not to go out stands on the tenant's suppression list; undefined: it may go out.
 * A digest is closed then, as it would be for its mail: events that come later go into the next one.
 */
export const leftOutAs = async (
  { digests, now }: Pick<SuppressDeps, "digests" | "now">,
  job: DeliverJob,
  configs: ReadonlyMap<Tenant, Suppressing>,
): Promise<Standing | undefined> => {
  const { kind, scope, deliveryId, recipient } = job;
  const list = configs.get(tenantOf(scope))?.suppressed;
  const standing = list && standingIn(list, recipient);
  if (standing === undefined || (standing === "unsubscribed" && !isCausedByRules(job))) return undefined;
  if (kind === "digest") await digests.close(tenantOf(scope), deliveryId, now());
  return standing;
};

const NOTES: Readonly<Record<Standing, string>> = {
  suppressed: "Not sent: the recipient is on the tenant's suppression list.",
  unsubscribed: "Not sent: the recipient has unsubscribed from the mails of the tenant's rules.",
};

/** Ends a claimed mail whose recipient is on the list; its job is kept for an administrator's retry. */
export const endSuppressed = (deps: StoreDeps, job: DeliverJob, claim: Claim, standing: Standing): Promise<Settled> =>
  endUnsent(deps, job, claim, { state: "suppressed", note: NOTES[standing] });

/**
 * Puts the recipient on the list when the send ended so that the address leads nowhere. To be asked when the mail's own
 * outcome is stored. Never throws: a refusal of the next mail would tell again.
 */
export const suppressBounced = async (
  deps: SuppressAddressDeps,
  { scope, deliveryId, recipient: address }: DeliverJob,
  outcome: SendOutcome | undefined,
): Promise<void> => {
  if (outcome === undefined || !condemnsAddress(outcome)) return;
  try {
    await suppressAddress(deps, scope, { address, cause: "bounced", reason: outcome.text, deliveryId });
  } catch (error) {
    deps.log.error("address.not-suppressed", { tenant: tenantOf(scope), scope, deliveryId }, error);
  }
};
