import type { PipelineEvent } from "../../domain/event.ts";
import { parseScope, type Scope, SYSTEM, type Tenant, tenantOf } from "../../domain/scope.ts";

/**
 * The tenant a publisher speaks for: the part of `source` before the first dot. IAM pins the source a publisher may use
 * (`events:source`), so that it, unlike `detail`, cannot be claimed. Undefined: the source names no possible tenant.
 */
export const tenantOfSource = (source: string): Tenant | undefined => {
  const scope = parseScope(source.split(".", 1)[0] ?? "");
  return scope === undefined || scope === SYSTEM ? undefined : tenantOf(scope);
};

/** Why the event may not speak for its scope, as a sentence, or undefined when it may. */
export const explainRefusal = (
  tenant: Tenant,
  event: Pick<PipelineEvent, "scope">,
  scopes: ReadonlySet<Scope>,
): string | undefined => {
  if (tenantOf(event.scope) !== tenant) {
    return `detail.scope "${event.scope}" does not belong to "${tenant}", the tenant of the event's source.`;
  }
  if (!scopes.has(event.scope)) {
    return `detail.scope "${event.scope}" does not exist. Create it with PUT /v1/scopes/${event.scope}.`;
  }
  return undefined;
};
