import type { EventBus } from "aws-cdk-lib/aws-events";
import { API_SOURCE_END, EMAIL_REQUESTED, PIPELINE_EVENT, TIDINGS_SOURCE } from "../../shared/contracts/bus.ts";
import type { Permission } from "./function.ts";

/** Lets a function publish what Tidings itself has to tell, and never an event in the name of a tenant. */
export const publishOwn = (bus: EventBus): Permission => ({
  actions: ["events:PutEvents"],
  on: [bus.eventBusArn],
  conditions: {
    // Every entry of a request has a source of its own; without any, "for all values" would hold of nothing.
    "ForAllValues:StringEquals": { "events:source": TIDINGS_SOURCE },
    Null: { "events:source": "false" },
  },
});

/**
 * Lets the API's function publish what publishers asked it to, under the sources `<tenant>.api` and no other. It speaks
 * for every tenant, since one function answers them all: that a caller holds `publisher` at a scope of the tenant is
 * checked by the route table before anything is published.
 */
export const publishForTenants = (bus: EventBus): Permission => ({
  actions: ["events:PutEvents"],
  on: [bus.eventBusArn],
  conditions: {
    "ForAllValues:StringLike": { "events:source": `*${API_SOURCE_END}` },
    StringEquals: { "events:detail-type": [PIPELINE_EVENT, EMAIL_REQUESTED] },
    Null: { "events:source": "false" },
  },
});
