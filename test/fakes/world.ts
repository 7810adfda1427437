import { type ApiContents, startApi } from "./api.ts";
import { GOOD_BODIES } from "./bodies.ts";
import { aDelivery, anEventRecord } from "./history-data.ts";

/** The tenants of {@link startWorld}, each with a scope below it. */
export const WORLD_SCOPES = ["acme", "acme.eng", "globex", "globex.eng"] as const;

/** Ids that exist at each of those scopes, by what the path asks for. */
export const idFor = (operation: string, scope: string): string => {
  if (operation.endsWith("Event")) return `event-${scope}`;
  return operation.endsWith("Delivery") ? aDelivery(scope, `event-${scope}`).id : "oncall";
};

/** The API of an installation where two tenants have something of every kind. */
export const startWorld = async (contents: ApiContents = {}) => {
  const api = startApi({
    ...contents,
    events: WORLD_SCOPES.map((scope) => anEventRecord(scope, `event-${scope}`)),
    deliveries: WORLD_SCOPES.map((scope) => aDelivery(scope, `event-${scope}`)),
  });
  const operations = ["putScope", "putMailSettings", "putCredentials", "putGroup", "putRule"] as const;
  for (const scope of WORLD_SCOPES) {
    for (const operation of operations) {
      const body = GOOD_BODIES[operation];
      await api.call(operation, { scope, id: "oncall", groups: "[system:admin]", body });
    }
  }
  return api;
};
