import {
  cancelDelivery,
  type DeliveriesDeps,
  releaseDelivery,
  retryDelivery,
} from "../../../shared/admin/deliveries.ts";
import type { Endpoint } from "../../../shared/http/dispatch.ts";
import { readActor, readDeliveryId } from "../../../shared/http/read-request.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** What is done to single deliveries. */
export const aboutDeliveries = ({
  config,
  history,
  deliveries,
  trail,
  now,
}: AdminDeps & Pick<DeliveriesDeps, "trail">): Part<"retryDelivery" | "releaseDelivery" | "cancelDelivery"> => {
  const deps = { scopes: config.scopes, history, deliveries, trail };
  const answering =
    (carryOut: typeof retryDelivery): Endpoint =>
    async (call) => ({
      body: await carryOut(deps, { scope: call.scope, id: readDeliveryId(call), actor: readActor(call, now()) }),
    });
  return {
    retryDelivery: answering(retryDelivery),
    releaseDelivery: answering(releaseDelivery),
    cancelDelivery: answering(cancelDelivery),
  };
};
