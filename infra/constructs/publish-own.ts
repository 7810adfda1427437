import type { EventBus } from "aws-cdk-lib/aws-events";
import { TIDINGS_SOURCE } from "../../shared/contracts/bus.ts";
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
