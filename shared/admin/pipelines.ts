import { AppError } from "../domain/app-error.ts";
import type { PipelineOverride } from "../domain/pipeline-override.ts";
import { type Catalog, createCatalog } from "./catalog.ts";
import { explainForeignGroups } from "./foreign-groups.ts";
import type { ConfigStore } from "./ports.ts";

/** The use cases of overrides of one pipeline each; the pipeline need not have had an event yet. */
export const createPipelines = (config: Pick<ConfigStore, "scopes" | "pipelines">): Catalog<PipelineOverride> => {
  const catalog = createCatalog(config, config.pipelines, "Override of pipeline");
  return {
    ...catalog,
    put: async (override, change) => {
      const issues = explainForeignGroups(override.scope, override.recipients);
      if (issues.length > 0) throw new AppError("invalid-input", "The request body is not acceptable.", issues);
      return catalog.put(override, change);
    },
  };
};
