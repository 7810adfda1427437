import { publishEvent } from "../../../shared/admin/publish-event.ts";
import { anyObject } from "../../../shared/contracts/bodies/event.ts";
import { readBody } from "../../../shared/http/read-body.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** Publishing for those who would rather call an API than put events on a bus. */
export const aboutPublishing = (deps: AdminDeps): Part<"publishEvent"> => {
  const publishDeps = { ...deps, scopes: deps.config.scopes };
  return {
    publishEvent: async (call) => ({
      status: 202,
      body: { id: await publishEvent(publishDeps, call.scope, readBody(call.event, anyObject)) },
    }),
  };
};
