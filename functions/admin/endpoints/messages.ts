import { sendMessage } from "../../../shared/admin/send-message.ts";
import { anyObject } from "../../../shared/contracts/bodies/event.ts";
import type { Message } from "../../../shared/domain/message.ts";
import { tenantOf } from "../../../shared/domain/scope.ts";
import { explainMissingTemplate } from "../../../shared/flow/notify/route-message.ts";
import { readBody } from "../../../shared/http/read-body.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** Direct messages: mails to named people, without any rule. */
export const aboutMessages = (deps: AdminDeps): Part<"sendMessage"> => {
  const messageDeps = {
    ...deps,
    scopes: deps.config.scopes,
    explainTemplate: async (message: Message) =>
      explainMissingTemplate(message, await deps.routing.load([tenantOf(message.scope)])),
  };
  return {
    sendMessage: async (call) => ({
      status: 202,
      body: { id: await sendMessage(messageDeps, call.scope, readBody(call.event, anyObject)) },
    }),
  };
};
