import { randomUUID } from "node:crypto";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../template/place.ts";
import type { ScheduleRule } from "../template/rules.ts";
import type { Invoke } from "./invocation.ts";

/** Calls a schedule's functions until it is stopped. */
export interface Schedule {
  stop(): void;
}

/**
 * Calls the targets of a schedule again and again, the first time after one interval. A tick is left out while the
 * former one is still being handled, so that short test intervals do not pile up.
 * @param everyMs the interval; the rule's own unless a shorter one is wanted.
 */
export const startSchedule = (
  rule: ScheduleRule,
  { targets, everyMs = rule.everyMs }: { readonly targets: readonly Invoke[]; readonly everyMs?: number | undefined },
): Schedule => {
  let busy = false;
  const tick = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    await Promise.all(targets.map((invoke) => invoke(scheduledEvent(rule))));
    busy = false;
  };
  const timer = setInterval(() => void tick(), everyMs);
  return { stop: () => clearInterval(timer) };
};

/** Source: EventBridge user guide, "Creating an EventBridge rule that runs on a schedule". */
const scheduledEvent = ({ arn }: ScheduleRule) => ({
  version: "0",
  id: randomUUID(),
  "detail-type": "Scheduled Event",
  source: "aws.events",
  account: LOCAL_ACCOUNT_ID,
  time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  region: LOCAL_REGION,
  resources: [arn],
  detail: {},
});
