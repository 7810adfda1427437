import middy from "@middy/core";
import type { Context, ScheduledEvent } from "aws-lambda";
import { type ReleaseDeps, release } from "../../shared/flow/release.ts";
import { withMetrics } from "../../shared/runtime/metrics.ts";

/** Time kept free at the end of a run, so that it never stops between taking and enqueuing. */
const RESERVE_MS = 5_000;

/** Puts deliveries that are due back into the outbox, until none is left or the run's time is up. */
export const createReleaseHandler = (deps: ReleaseDeps) =>
  middy(
    async (_: ScheduledEvent, context: Context): Promise<{ released: number }> => ({
      released: await withMetrics(deps.metrics, () =>
        release(deps, () => context.getRemainingTimeInMillis() > RESERVE_MS),
      ),
    }),
  );
