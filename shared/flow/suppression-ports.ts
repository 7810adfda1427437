import type { Scope } from "../domain/scope.ts";
import type { NewSuppression, SuppressionList } from "../domain/suppression.ts";
import type { LinkKey } from "../domain/unsubscribe-token.ts";

/** What is kept in memory of a tenant's suppression list. */
export interface Suppressing {
  /** The addresses that the tenant does not mail, or not for rules; of `system`, none. */
  readonly suppressed: SuppressionList;
}

/** Puts addresses on suppression lists. */
export interface Suppressor {
  /** Puts an address on the list of the scope's tenant. One that is there stays as it is, unless it is outdone. */
  add(scope: Scope, suppression: NewSuppression, actor: { readonly by: string; readonly at: Date }): Promise<unknown>;
}

/** Hands out the key of the links by which people unsubscribe. */
export interface LinkKeys {
  /** From memory after the first time. @throws Error when it cannot be read in time; a later call tries again. */
  get(): Promise<LinkKey>;
}
