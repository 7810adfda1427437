import { createRules } from "../../../shared/admin/rules.ts";
import { ruleBody } from "../../../shared/contracts/bodies/rule.ts";
import { readDraft } from "../../../shared/http/read-body.ts";
import type { AdminDeps, Part } from "./deps.ts";
import { documentEndpoints } from "./documents.ts";

/** Rules. */
export const aboutRules = ({ config, now }: AdminDeps): Part<"listRules" | "getRule" | "putRule" | "deleteRule"> => {
  const rules = documentEndpoints(
    createRules(config),
    (call, id) => ({ ...readDraft(call.event, ruleBody), id, scope: call.scope }),
    now,
  );
  return { listRules: rules.list, getRule: rules.get, putRule: rules.put, deleteRule: rules.remove };
};
