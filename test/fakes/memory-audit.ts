import type { AuditStore } from "../../shared/admin/ports.ts";
import { type AuditEntry, auditHomeOf } from "../../shared/domain/audit.ts";
import { isWithin, tenantOf } from "../../shared/domain/scope.ts";

/** An audit trail to look into. A cursor is the number of entries before the page. */
export const createMemoryAudit = (): AuditStore & { readonly entries: AuditEntry[] } => {
  const entries: AuditEntry[] = [];
  return {
    entries,
    append: async (entry) => void entries.push(entry),
    async list(scope, { limit, cursor = "0" }) {
      const within = entries
        .filter((entry) => auditHomeOf(entry) === tenantOf(scope) && isWithin(entry.scope, scope))
        .toReversed();
      const end = Number(cursor) + limit;
      return { items: within.slice(Number(cursor), end), cursor: end < within.length ? String(end) : undefined };
    },
  };
};
