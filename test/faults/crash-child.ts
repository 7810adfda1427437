import { deliver } from "../../shared/flow/deliver.ts";
import { notify } from "../../shared/flow/notify.ts";
import { type CrashPoint, type Die, deliverDyingAt, notifyDyingAt } from "./crash-points.ts";
import type { QueueMessage } from "./path-in-memory.ts";
import { createSharedPath, type SharedPath } from "./path-on-tables.ts";

/** What the process is told, as JSON, in its first argument. */
export interface CrashOrder extends SharedPath {
  readonly step: "notify" | "deliver";
  readonly point: CrashPoint;
  readonly messages: readonly QueueMessage[];
}

/** Exit status of a process that died where it should. */
export const DIED = 42;

const exit: Die = async () => process.exit(DIED);

const run = async (order: CrashOrder): Promise<void> => {
  const path = createSharedPath(order);
  if (order.step === "notify") await notify(notifyDyingAt(path.intake, order.point, exit), order.messages);
  else await deliver(deliverDyingAt(path.sender, order.point, exit), order.messages);
};

const [order] = process.argv.slice(2);
if (order !== undefined && process.argv[1]?.endsWith("crash-child.ts")) await run(JSON.parse(order) as CrashOrder);
