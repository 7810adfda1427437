import { isStageEvent, type PipelineEvent } from "../../shared/domain/event.ts";
import { type OutcomeEntry, outcomeIn, placeOutcome } from "../../shared/domain/outcome-history.ts";
import type { Tenant } from "../../shared/domain/scope.ts";
import type { OutcomeStore } from "../../shared/flow/ports.ts";

/** Keeps outcomes in memory, as the table does: see `test/store/outcome-store.test.ts`. `writes` counts its writes. */
export const createMemoryOutcomeStore = (): OutcomeStore & { readonly writes: () => number } => {
  const histories = new Map<string, readonly OutcomeEntry[]>();
  let writes = 0;
  const keyOf = (tenant: Tenant, { scope, pipeline, branch, stage, type }: PipelineEvent) =>
    JSON.stringify([tenant, scope, pipeline?.id, branch, ...(isStageEvent({ type }) ? [stage?.id ?? null] : [])]);

  const place = (tenant: Tenant, event: PipelineEvent, receivedAt: string) => {
    const arrived = outcomeIn(event, receivedAt);
    return arrived && placeOutcome(histories.get(keyOf(tenant, event)) ?? [], arrived);
  };

  return {
    writes: () => writes,
    async note(tenant, event, receivedAt) {
      const placed = place(tenant, event, receivedAt);
      if (placed === undefined) return undefined;
      const key = keyOf(tenant, event);
      if (placed.history !== histories.get(key)) writes += 1;
      histories.set(key, placed.history);
      return placed.before;
    },
    peek: async (tenant, event, receivedAt) => place(tenant, event, receivedAt)?.before,
  };
};
