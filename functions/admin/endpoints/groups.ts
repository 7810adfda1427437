import { createGroups } from "../../../shared/admin/groups.ts";
import { groupBody } from "../../../shared/contracts/bodies/group.ts";
import { readDraft } from "../../../shared/http/read-body.ts";
import type { AdminDeps, Part } from "./deps.ts";
import { documentEndpoints } from "./documents.ts";

/** Groups. */
export const aboutGroups = ({
  config,
  now,
}: AdminDeps): Part<"listGroups" | "getGroup" | "putGroup" | "deleteGroup"> => {
  const groups = documentEndpoints(
    createGroups(config),
    (call, id) => ({ ...readDraft(call.event, groupBody), id, scope: call.scope }),
    now,
  );
  return { listGroups: groups.list, getGroup: groups.get, putGroup: groups.put, deleteGroup: groups.remove };
};
