import type { Operation } from "../contracts/routes.ts";
import { AppError } from "../domain/app-error.ts";
import type { Delivery, DeliveryId, DeliveryState } from "../domain/delivery.ts";
import { diff } from "../domain/diff.ts";
import type { Scope } from "../domain/scope.ts";
import { getDelivery, type HistoryDeps } from "./history.ts";
import type { Actor, AuditTrail, DeliveryControl } from "./ports.ts";

/** What doing something to a delivery needs. */
export type DeliveriesDeps = HistoryDeps & {
  readonly deliveries: DeliveryControl;
  readonly trail: AuditTrail;
};

/** Which delivery, and who does it. */
export interface DeliveryRequest {
  readonly scope: Scope;
  readonly id: DeliveryId;
  readonly actor: Actor;
}

/** What is done, from which states, and how a person calls it. */
interface Verb {
  readonly operation: Operation;
  readonly from: readonly DeliveryState[];
  readonly done: string;
  /** Whether the delivery is already as it would be made: then nothing happens, however often it is asked for. */
  readonly isDone: (delivery: Delivery, now: Date) => boolean;
  readonly apply: (control: DeliveryControl, seen: Delivery, at: Date) => Promise<Delivery | undefined>;
}

const isDue = ({ state, dueAt }: Delivery, now: Date): boolean =>
  state === "deferred" && dueAt !== null && dueAt <= now.toISOString();

/** The mail may have gone out before when nobody knows what became of a try. */
const mayBeDouble = ({ state, possibleDuplicate }: Delivery): boolean =>
  possibleDuplicate || state === "ambiguous" || state === "held";

const RETRY: Verb = {
  operation: "retryDelivery",
  from: ["rejected", "expired", "suppressed", "held", "ambiguous"],
  done: "sent again",
  isDone: isDue,
  apply: (control, seen, at) => control.requeue(seen, mayBeDouble(seen), at),
};

const RELEASE: Verb = {
  operation: "releaseDelivery",
  from: ["deferred", "held"],
  done: "released",
  isDone: isDue,
  apply: (control, seen, at) => control.requeue(seen, mayBeDouble(seen), at),
};

const CANCEL: Verb = {
  operation: "cancelDelivery",
  from: ["deferred", "held", "ambiguous"],
  done: "cancelled",
  isDone: ({ state }) => state === "cancelled",
  apply: (control, seen, at) => control.cancel(seen, at),
};

/**
 * Sends a mail again that ended without being accepted, with the same Message-ID. It is due at once, and the time after
 * which it is given up begins anew. One whose recipient is on the suppression list still ends there again.
 * @throws AppError `not-found` or `conflict`
 */
export const retryDelivery = (deps: DeliveriesDeps, request: DeliveryRequest): Promise<Delivery> =>
  carryOut(deps, request, RETRY);

/** Ends the wait of a mail: it is due at once. @throws AppError `not-found` or `conflict` */
export const releaseDelivery = (deps: DeliveriesDeps, request: DeliveryRequest): Promise<Delivery> =>
  carryOut(deps, request, RELEASE);

/** Gives up a mail that nobody is sending. @throws AppError `not-found` or `conflict` */
export const cancelDelivery = (deps: DeliveriesDeps, request: DeliveryRequest): Promise<Delivery> =>
  carryOut(deps, request, CANCEL);

const carryOut = async (
  deps: DeliveriesDeps,
  { scope, id, actor }: DeliveryRequest,
  { operation, from, done, isDone, apply }: Verb,
): Promise<Delivery> => {
  const seen = await getDelivery(deps, scope, id);
  if (isDone(seen, actor.at)) return seen;
  if (!from.includes(seen.state)) {
    throw new AppError(
      "conflict",
      `The delivery is ${seen.state}. Only one that is ${from.join(" or ")} can be ${done}.`,
    );
  }
  const changed = await apply(deps.deliveries, seen, actor.at);
  if (changed === undefined) {
    throw new AppError("conflict", "The delivery was changed meanwhile. Look at it again.");
  }
  await deps.trail.record({
    at: actor.at.toISOString(),
    by: actor.by,
    byName: actor.byName ?? null,
    scope: seen.scope,
    action: operation,
    target: `delivery ${id}`,
    changes: diff(pick(seen), pick(changed)),
  });
  return changed;
};

/** What these operations change. */
const pick = ({ state, dueAt, possibleDuplicate }: Delivery) => ({ state, dueAt, possibleDuplicate });
