import { AppError } from "../domain/app-error.ts";
import type { Brand } from "../domain/brand.ts";
import { chainOf, type Scope } from "../domain/scope.ts";
import { expectWritten } from "./expect-written.ts";
import type { Change, ConfigStore, Versioned } from "./ports.ts";
import { getScope } from "./scopes.ts";

/** What the use cases of brands need. */
export type BrandDeps = Pick<ConfigStore, "scopes" | "brands">;

/** The brand given at a scope itself. @throws AppError `not-found` */
export const getBrand = async (deps: BrandDeps, scope: Scope): Promise<Versioned<Brand>> => {
  await getScope(deps, scope);
  const found = await deps.brands.get(scope);
  if (found === undefined) {
    const message = `Scope "${scope}" has no brand of its own; ?effective=true shows the one in force.`;
    throw new AppError("not-found", message);
  }
  return found;
};

/** The brand of the mails of a scope: the nearest upwards; undefined when there is none. @throws AppError `not-found` */
export const getEffectiveBrand = async (deps: BrandDeps, scope: Scope): Promise<Brand | undefined> => {
  await getScope(deps, scope);
  const given = await Promise.all(chainOf(scope).map((one) => deps.brands.get(one)));
  return given.find((one) => one !== undefined)?.value;
};

/** Creates or replaces the brand of a scope. @throws AppError `not-found` or `precondition-failed` */
export const putBrand = async (deps: BrandDeps, brand: Brand, change: Change): Promise<Versioned<Brand>> => {
  await getScope(deps, brand.scope);
  return expectWritten(await deps.brands.put(brand.scope, brand, change));
};

/** Deletes the brand of a scope; what does not exist is deleted already. @throws AppError like {@link putBrand} */
export const deleteBrand = async (deps: BrandDeps, scope: Scope, change: Change): Promise<void> => {
  await getScope(deps, scope);
  expectWritten(await deps.brands.remove(scope, change));
};
