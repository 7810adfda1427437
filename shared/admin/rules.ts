import { AppError } from "../domain/app-error.ts";
import type { Rule } from "../domain/rule.ts";
import { type Catalog, createCatalog } from "./catalog.ts";
import { explainForeignGroups } from "./foreign-groups.ts";
import type { ConfigStore } from "./ports.ts";

/** The use cases of rules. Putting one checks that it names no group outside its own scope and those above. */
export const createRules = (config: Pick<ConfigStore, "scopes" | "rules">): Catalog<Rule> => {
  const catalog = createCatalog(config, config.rules, "Rule");
  return {
    ...catalog,
    put: async (rule, change) => {
      const issues = explainForeignGroups(rule.scope, rule.recipients);
      if (issues.length > 0) throw new AppError("invalid-input", "The request body is not acceptable.", issues);
      return catalog.put(rule, change);
    },
  };
};
