import type { EmailAddress } from "../domain/address.ts";
import { AppError, notFound } from "../domain/app-error.ts";
import { type Scope, SYSTEM, tenantOf } from "../domain/scope.ts";
import type { Suppression } from "../domain/suppression.ts";
import type { Actor, ConfigStore, Page, PageRequest } from "./ports.ts";
import { getScope } from "./scopes.ts";

/** What the use cases of suppression lists need. */
export type SuppressionDeps = Pick<ConfigStore, "scopes" | "suppressions">;

/** The list of the scope's tenant, in the order of addresses. @throws AppError `not-found` or `invalid-input` */
export const listSuppressions = async (
  deps: SuppressionDeps,
  scope: Scope,
  page: PageRequest,
): Promise<Page<Suppression>> => {
  await expectList(deps, scope);
  return deps.suppressions.list(scope, page);
};

/**
 * Puts an address on the list of the scope's tenant. One that is there stays as it is, unless its owner unsubscribed:
 * then it is mailed no more at all.
 * @throws AppError `not-found` or `invalid-input`
 */
export const addSuppression = async (
  deps: SuppressionDeps,
  scope: Scope,
  { address, reason }: { readonly address: EmailAddress; readonly reason?: string | undefined },
  actor: Actor,
): Promise<{ readonly suppression: Suppression; readonly isNew: boolean }> => {
  await expectList(deps, scope);
  const manual = { address, cause: "manual", reason: reason ?? null, deliveryId: null } as const;
  const { value, before } = await deps.suppressions.add(scope, manual, actor);
  return { suppression: value, isNew: before === undefined };
};

/** Takes an address off the list of the scope's tenant. @throws AppError `not-found` or `invalid-input` */
export const deleteSuppression = async (
  deps: SuppressionDeps,
  scope: Scope,
  address: EmailAddress,
  actor: Actor,
): Promise<void> => {
  await expectList(deps, scope);
  const { before } = await deps.suppressions.remove(scope, address, actor);
  if (before === undefined) throw notFound(`"${address}" on the suppression list of "${tenantOf(scope)}"`);
};

/** Each tenant has one list for all its scopes; what lies above tenants has none. */
const expectList = async (deps: SuppressionDeps, scope: Scope): Promise<void> => {
  await getScope(deps, scope);
  if (scope !== SYSTEM) return;
  throw new AppError("invalid-input", "The scope system has no suppression list: each tenant has its own.", [
    { path: "scope", message: "must be a tenant or a scope below one" },
  ]);
};
