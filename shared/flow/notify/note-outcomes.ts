import type { PipelineEvent } from "../../domain/event.ts";
import { compareEnds, outcomeIn } from "../../domain/outcome-history.ts";
import { outcomeOf, type PipelineOutcome } from "../../domain/pipeline-outcome.ts";
import { chainOf, SYSTEM, type Tenant } from "../../domain/scope.ts";
import type { OutcomeStore, RoutingConfig } from "../ports.ts";

/** An event that was taken in and is still to be routed. */
export interface TakenIn {
  readonly messageId: string;
  readonly tenant: Tenant;
  readonly event: PipelineEvent;
  /** When it was first received, ISO-8601. */
  readonly receivedAt: string;
}

/** With how its pipeline ended before, as far as a rule asks for it. */
export interface Judged extends TakenIn {
  readonly outcomeBefore: PipelineOutcome | undefined;
}

/**
 * Notes the outcomes that events of one batch tell, of each pipeline in the order in which its runs ended: a batch is
 * taken in all at once, and a recovery must not be looked at before the failure it follows. Only tenants with a rule
 * that asks for outcomes have any noted.
 * @param fail told of an event whose outcome could not be noted; it is left out of the answer.
 */
export const noteOutcomes = async (
  outcomes: Pick<OutcomeStore, "note">,
  takenIn: readonly TakenIn[],
  configs: ReadonlyMap<Tenant, RoutingConfig>,
  fail: (event: TakenIn, error: unknown) => void,
): Promise<Judged[]> => {
  const noteOne = async (one: TakenIn): Promise<Judged[]> => {
    if (!watchesOutcome(one, configs)) return [{ ...one, outcomeBefore: undefined }];
    try {
      return [{ ...one, outcomeBefore: await outcomes.note(one.tenant, one.event, one.receivedAt) }];
    } catch (error) {
      fail(one, error);
      return [];
    }
  };
  const pipelines = Map.groupBy(takenIn, ({ tenant, event }) => JSON.stringify([tenant, event.pipeline?.id]));
  const judged = await Promise.all(
    [...pipelines.values()].map(async (ofOne) => {
      const done: Judged[] = [];
      for (const one of ofOne.toSorted(byEnd)) done.push(...(await noteOne(one)));
      return done;
    }),
  );
  return judged.flat();
};

/** Whether the event tells an outcome and a rule that applies to its scope asks for outcomes. */
export const watchesOutcome = (
  { tenant, event }: Pick<TakenIn, "tenant" | "event">,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): boolean =>
  outcomeOf(event) !== undefined &&
  chainOf(event.scope).some(
    (scope) => configs.get(scope === SYSTEM ? SYSTEM : tenant)?.rulesAt(scope).watchesOutcomes ?? false,
  );

/** Events that tell no end come first: nothing looks at their order. */
const byEnd = (a: TakenIn, b: TakenIn): number => compareEnds(endOf(a), endOf(b));

const endOf = ({ event, receivedAt }: TakenIn) => outcomeIn(event, receivedAt) ?? { at: "", run: null };
