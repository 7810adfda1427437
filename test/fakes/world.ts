import { type ApiContents, startApi } from "./api.ts";
import { GOOD_BODIES } from "./bodies.ts";
import { aDelivery, aHeldDelivery, anEventRecord } from "./history-data.ts";

/** The tenants of {@link startWorld}, each with a scope below it. */
export const WORLD_SCOPES = ["acme", "acme.eng", "globex", "globex.eng"] as const;

/** What can be done to a mail that is held. */
const HELD_ONLY = ["retryDelivery", "releaseDelivery", "cancelDelivery"];

/** Ids that exist at each of those scopes, by what the path asks for. */
export const idFor = (operation: string, scope: string): string => {
  if (HELD_ONLY.includes(operation)) return aHeldDelivery(scope).id;
  if (operation === "deleteSuppression") return "gone@acme.example";
  if (operation.endsWith("Event")) return `event-${scope}`;
  return operation.endsWith("Delivery") ? aDelivery(scope, `event-${scope}`).id : "oncall";
};

/** The API of an installation where two tenants have something of every kind. */
export const startWorld = async (contents: ApiContents = {}) => {
  const api = startApi({
    ...contents,
    events: WORLD_SCOPES.map((scope) => anEventRecord(scope, `event-${scope}`)),
    deliveries: WORLD_SCOPES.flatMap((scope) => [aDelivery(scope, `event-${scope}`), aHeldDelivery(scope)]),
  });
  const operations = [
    "putScope",
    "putMailSettings",
    "putCredentials",
    "putGroup",
    "putRule",
    "putBrand",
    "putTemplate",
    "putPipelineNotifications",
    "putAwsSource",
    "addSuppression",
  ] as const;
  for (const scope of WORLD_SCOPES) {
    for (const operation of operations) {
      const body = GOOD_BODIES[operation];
      await api.call(operation, { scope, id: "oncall", groups: "[system:admin]", body });
    }
  }
  return api;
};
