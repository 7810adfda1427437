import { createGroups } from "../../../shared/admin/groups.ts";
import { createRules } from "../../../shared/admin/rules.ts";
import { viewRecipient } from "../../../shared/admin/views.ts";
import { type SentSample, sendGroupSample, sendRuleSample } from "../../../shared/flow/send-sample.ts";
import type { Answer } from "../../../shared/http/answer.ts";
import { readId } from "../../../shared/http/read-request.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** Samples to everybody whom a rule or a group reaches. */
export const aboutTests = (deps: AdminDeps): Part<"testRule" | "testGroup"> => ({
  testRule: async (call) => {
    const { value } = await createRules(deps.config).get(call.scope, readId(call));
    return sent(await sendRuleSample(deps, value));
  },
  testGroup: async (call) => {
    const { value } = await createGroups(deps.config).get(call.scope, readId(call));
    return sent(await sendGroupSample(deps, value));
  },
});

const sent = ({ eventId, recipients }: SentSample): Answer => ({
  status: 202,
  body: { eventId, recipients: recipients.map(viewRecipient) },
});
