import { AppError, notFound } from "../domain/app-error.ts";
import { holds } from "../domain/role.ts";
import { parentOf, type Scope, SYSTEM, tenantOf } from "../domain/scope.ts";
import { expectWritten } from "./expect-written.ts";
import type { Caller, Change, ConfigStore, ScopeDocument, Versioned } from "./ports.ts";

/** What the use cases of scopes need. */
export type ScopeDeps = Pick<ConfigStore, "scopes">;

/** The root is part of the installation: nobody creates, renames or deletes it. */
export const SYSTEM_SCOPE: Versioned<ScopeDocument> = {
  value: { scope: SYSTEM, name: "System" },
  version: 1,
  updatedAt: new Date(0).toISOString(),
  updatedBy: "tidings",
};

/** @throws AppError `not-found` */
export const getScope = async (deps: ScopeDeps, scope: Scope): Promise<Versioned<ScopeDocument>> => {
  const found = scope === SYSTEM ? SYSTEM_SCOPE : await deps.scopes.get(scope);
  if (found === undefined) throw notFound(`Scope "${scope}"`);
  return found;
};

/**
 * Creates or renames a scope. The scope above must exist, so that no scope hangs in the air; tenants are created by
 * administrators of `system` only, because a tenant's own roles mean nothing before it exists.
 * @throws AppError `invalid-input`, `conflict`, `forbidden` or `precondition-failed`
 */
export const putScope = async (
  deps: ScopeDeps,
  caller: Caller,
  document: ScopeDocument,
  change: Change,
): Promise<Versioned<ScopeDocument>> => {
  const { scope } = document;
  if (document.recipientDomains !== undefined) expectTenant(scope);
  const parent = parentOf(scope);
  if (parent === undefined) throw new AppError("conflict", "The scope system always exists and cannot be changed.");
  if ((await deps.scopes.get(scope)) === undefined) await checkCreation(deps, caller, scope, parent);
  return expectWritten(await deps.scopes.put(scope, document, change));
};

/** One list for all that a tenant mails: a scope below it could otherwise widen what the tenant allows. */
const expectTenant = (scope: Scope): void => {
  if (parentOf(scope) === SYSTEM) return;
  const place = scope === SYSTEM ? "each tenant" : `the tenant, with PUT /v1/scopes/${tenantOf(scope)}`;
  throw new AppError("invalid-input", "The request body is not acceptable.", [
    { path: "recipientDomains", message: `must be set on ${place}, and holds for all its scopes: leave it out here` },
  ]);
};

const checkCreation = async (deps: ScopeDeps, caller: Caller, scope: Scope, parent: Scope): Promise<void> => {
  if (parent === SYSTEM) {
    if (!holds(caller.grants, "admin", SYSTEM)) {
      throw new AppError("forbidden", `Tenant "${scope}" does not exist, and only system:admin may create tenants.`);
    }
  } else if ((await deps.scopes.get(parent)) === undefined) {
    throw new AppError("conflict", `Scope "${parent}" does not exist. Create it before "${scope}".`);
  }
};

/**
 * Deletes a scope that holds nothing any more; a scope that does not exist is deleted already.
 * @throws AppError `conflict` that names what it still holds, or `precondition-failed`
 */
export const deleteScope = async (deps: ScopeDeps, scope: Scope, change: Change): Promise<void> => {
  if (scope === SYSTEM) throw new AppError("conflict", "The scope system cannot be deleted.");
  const contents = await deps.scopes.contentsOf(scope);
  if (contents.length > 0) {
    throw new AppError("conflict", `Scope "${scope}" still has ${contents.join(", ")}. Delete them first.`);
  }
  expectWritten(await deps.scopes.remove(scope, change));
};
