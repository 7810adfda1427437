import { listAudit } from "../../../shared/admin/audit.ts";
import { getDelivery, getEvent, listDeliveries, listEvents } from "../../../shared/admin/history.ts";
import { viewEvent } from "../../../shared/admin/views.ts";
import { listing } from "../../../shared/http/listing.ts";
import { readDeliveryFilter, readEventFilter } from "../../../shared/http/read-filter.ts";
import { readDeliveryId, readEventId } from "../../../shared/http/read-request.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** What happened: changes, events and deliveries. */
export const aboutHistory = ({
  config,
  audit,
  history,
}: AdminDeps): Part<"listAudit" | "listEvents" | "getEvent" | "listDeliveries" | "getDelivery"> => {
  const deps = { scopes: config.scopes, history };
  return {
    listAudit: (call) =>
      listing(
        call,
        (page) => listAudit({ ...config, audit }, call.scope, page),
        (entry) => entry,
      ),
    listEvents: async (call) => {
      const filter = readEventFilter(call);
      return listing(call, (page) => listEvents(deps, call.scope, page, filter), viewEvent);
    },
    getEvent: async (call) => ({ body: viewEvent(await getEvent(deps, call.scope, readEventId(call))) }),
    listDeliveries: async (call) => {
      const filter = readDeliveryFilter(call);
      return listing(
        call,
        (page) => listDeliveries(deps, call.scope, page, filter),
        (delivery) => delivery,
      );
    },
    getDelivery: async (call) => ({ body: await getDelivery(deps, call.scope, readDeliveryId(call)) }),
  };
};
