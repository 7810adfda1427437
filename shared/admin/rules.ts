import { AppError, type InputIssue } from "../domain/app-error.ts";
import type { Rule } from "../domain/rule.ts";
import { chainOf, type Scope } from "../domain/scope.ts";
import { type Catalog, createCatalog } from "./catalog.ts";
import type { ConfigStore } from "./ports.ts";

/** The use cases of rules. Putting one checks that it names no group outside its own scope and those above. */
export const createRules = (config: Pick<ConfigStore, "scopes" | "rules">): Catalog<Rule> => {
  const catalog = createCatalog(config, config.rules, "Rule");
  return {
    ...catalog,
    put: async (rule, change) => {
      const issues = explainForeignGroups(rule);
      if (issues.length > 0) throw new AppError("invalid-input", "The request body is not acceptable.", issues);
      return catalog.put(rule, change);
    },
  };
};

/** The groups need not exist yet: groups and rules can be put in any order. */
const explainForeignGroups = ({ scope, recipients }: Rule): InputIssue[] => {
  const reachable: readonly Scope[] = chainOf(scope);
  return recipients.groups.flatMap((reference, index) => {
    const [named] = reference.split(":");
    const foreign = reference.includes(":") && !reachable.some((one) => one === named);
    return foreign
      ? [{ path: `recipients.groups[${index}]`, message: `must name a group of ${reachable.join(", ")}` }]
      : [];
  });
};
