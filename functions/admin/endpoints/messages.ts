import { sendMessage } from "../../../shared/admin/send-message.ts";
import { anyObject } from "../../../shared/contracts/bodies/event.ts";
import { readBody } from "../../../shared/http/read-body.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** Direct messages: mails to named people, without any rule. */
export const aboutMessages = (deps: AdminDeps): Part<"sendMessage"> => {
  const publishDeps = { ...deps, scopes: deps.config.scopes };
  return {
    sendMessage: async (call) => ({
      status: 202,
      body: { id: await sendMessage(publishDeps, call.scope, readBody(call.event, anyObject)) },
    }),
  };
};
