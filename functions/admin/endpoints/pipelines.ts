import { createPipelines } from "../../../shared/admin/pipelines.ts";
import { pipelineOverrideBody } from "../../../shared/contracts/bodies/pipeline-override.ts";
import { readDraft } from "../../../shared/http/read-body.ts";
import { readPipelineId } from "../../../shared/http/read-request.ts";
import type { AdminDeps, Part } from "./deps.ts";
import { documentEndpoints } from "./documents.ts";

/** Overrides of single pipelines. */
export const aboutPipelines = ({
  config,
  now,
}: AdminDeps): Part<"getPipelineNotifications" | "putPipelineNotifications" | "deletePipelineNotifications"> => {
  const overrides = documentEndpoints(
    createPipelines(config),
    (call, id) => ({ ...readDraft(call.event, pipelineOverrideBody), id, scope: call.scope }),
    now,
    readPipelineId,
  );
  return {
    getPipelineNotifications: overrides.get,
    putPipelineNotifications: overrides.put,
    deletePipelineNotifications: overrides.remove,
  };
};
