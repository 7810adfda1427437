import type { SuppressionStore } from "../../shared/admin/ports.ts";
import { addressKey } from "../../shared/domain/address.ts";
import { type Scope, type Tenant, tenantOf } from "../../shared/domain/scope.ts";
import { type Suppression, type SuppressionList, standingFor, takesPlaceOf } from "../../shared/domain/suppression.ts";
import { pageOf } from "./page-of.ts";

/** A store with what is kept of its lists in memory. */
export interface MemorySuppressions extends SuppressionStore {
  suppressedOf(tenant: Tenant): SuppressionList;
}

/** Keeps suppression lists in memory, as the table does: see `test/store/suppression-store.test.ts`. */
export const createMemorySuppressions = (): MemorySuppressions => {
  const lists = new Map<Tenant, Map<string, Suppression>>();
  const listOf = (scope: Scope) => {
    const tenant = tenantOf(scope);
    const list = lists.get(tenant) ?? new Map<string, Suppression>();
    lists.set(tenant, list);
    return list;
  };
  return {
    list: async (scope, page) => pageOf([...listOf(scope).values()], ({ address }) => addressKey(address), page),
    async add(scope, suppression, { by, at }) {
      const list = listOf(scope);
      const before = list.get(addressKey(suppression.address));
      const stays = before !== undefined && !takesPlaceOf(suppression.cause, before.cause);
      const value = stays ? before : { ...suppression, createdAt: at.toISOString(), createdBy: by };
      list.set(addressKey(suppression.address), value);
      return { value, before };
    },
    async remove(scope, address) {
      const list = listOf(scope);
      const before = list.get(addressKey(address));
      list.delete(addressKey(address));
      return { before };
    },
    suppressedOf: (tenant) =>
      new Map([...(lists.get(tenant) ?? [])].map(([key, { cause }]) => [key, standingFor(cause)])),
  };
};
