import { randomUUID } from "node:crypto";
import { PUBLISHED } from "../contracts/bus.ts";
import { type AuditEntry, fitChanges } from "../domain/audit.ts";
import type { Log } from "../domain/log.ts";
import type { Scope } from "../domain/scope.ts";
import type { AuditStore, AuditTrail, Page, PageRequest, Publisher } from "./ports.ts";
import { getScope, type ScopeDeps } from "./scopes.ts";

/** What an audit trail needs. */
export interface AuditTrailDeps {
  readonly audit: Pick<AuditStore, "append">;
  readonly publisher: Publisher;
  readonly log: Log;
}

/**
 * Takes down what was changed: first in the table, which is what counts, then on the bus. That the bus did not take it
 * is logged and nothing more. When the table did not, the bus is told all the same, the log names who changed what, and
 * the request fails although the change stands. Repeating it writes no entry: it changes nothing any more.
 */
export const createAuditTrail = ({ audit, publisher, log }: AuditTrailDeps): AuditTrail => {
  const publish = async (entry: AuditEntry): Promise<void> => {
    try {
      await publisher.publish(PUBLISHED.audit, entry);
    } catch (error) {
      const { id, scope, action, target } = entry;
      log.error("audit.unpublished", { id, scope, action, target }, error);
    }
  };
  return {
    async record({ changes, ...change }) {
      const entry: AuditEntry = { id: randomUUID(), ...change, ...fitChanges(changes) };
      try {
        await audit.append(entry);
      } catch (error) {
        const { id, by, scope, action, target } = entry;
        log.error("audit.lost", { id, by, scope, action, target });
        throw error;
      } finally {
        await publish(entry);
      }
    },
  };
};

/** What reading the audit trail needs. */
export type AuditDeps = ScopeDeps & { readonly audit: Pick<AuditStore, "list"> };

/** What was changed at the scope and below, newest first. @throws AppError `not-found` */
export const listAudit = async (deps: AuditDeps, scope: Scope, page: PageRequest): Promise<Page<AuditEntry>> => {
  await getScope(deps, scope);
  return deps.audit.list(scope, page);
};
