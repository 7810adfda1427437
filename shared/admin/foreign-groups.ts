import type { InputIssue } from "../domain/app-error.ts";
import type { RuleRecipients } from "../domain/rule.ts";
import { chainOf, type Scope } from "../domain/scope.ts";

/**
 * Finds group references that lead outside a scope and those above it. The groups need not exist yet: groups and what
 * refers to them can be put in any order.
 */
export const explainForeignGroups = (scope: Scope, recipients: RuleRecipients | undefined): InputIssue[] => {
  const reachable: readonly Scope[] = chainOf(scope);
  return (recipients?.groups ?? []).flatMap((reference, index) => {
    const [named] = reference.split(":");
    const foreign = reference.includes(":") && !reachable.some((one) => one === named);
    return foreign
      ? [{ path: `recipients.groups[${index}]`, message: `must name a group of ${reachable.join(", ")}` }]
      : [];
  });
};
