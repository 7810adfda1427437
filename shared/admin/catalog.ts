import { AppError } from "../domain/app-error.ts";
import type { Scope } from "../domain/scope.ts";
import { expectWritten } from "./expect-written.ts";
import type { Change, ListedStore, Page, PageRequest, Versioned } from "./ports.ts";
import { getScope, type ScopeDeps } from "./scopes.ts";

/** A document that lies in a scope under an id. */
interface Placed {
  readonly id: string;
  readonly scope: Scope;
}

/** The use cases of documents of which a scope has several. All throw `not-found` for a scope that does not exist. */
export interface Catalog<T extends Placed> {
  get(scope: Scope, id: string): Promise<Versioned<T>>;
  list(scope: Scope, page: PageRequest): Promise<Page<Versioned<T>>>;
  /** Creates or replaces. @throws AppError `precondition-failed` */
  put(value: T, change: Change): Promise<Versioned<T>>;
  /** Deletes; what does not exist is deleted already. @throws AppError `precondition-failed` */
  remove(scope: Scope, id: string, change: Change): Promise<void>;
}

/** @param noun what a document is called in messages, such as `Group`. */
export const createCatalog = <T extends Placed>(deps: ScopeDeps, store: ListedStore<T>, noun: string): Catalog<T> => ({
  async get(scope, id) {
    await getScope(deps, scope);
    const found = await store.get(scope, id);
    if (found === undefined) throw new AppError("not-found", `${noun} "${id}" does not exist in scope "${scope}".`);
    return found;
  },
  async list(scope, page) {
    await getScope(deps, scope);
    return store.list(scope, page);
  },
  async put(value, change) {
    await getScope(deps, value.scope);
    return expectWritten(await store.put(value.scope, value.id, value, change));
  },
  async remove(scope, id, change) {
    await getScope(deps, scope);
    expectWritten(await store.remove(scope, id, change));
  },
});
