import { setTimeout as wait } from "node:timers/promises";
import type { UnreliableSmtpServer } from "../faults/unreliable-smtp-server.ts";
import type { ApiItem, RunningStack } from "../stack/running-stack.ts";
import { TENANTS } from "./publish-all.ts";
import { type Entry, isEnd, type Stated } from "./reckon.ts";

/** How often the deliveries are looked at. */
const LOOK_EVERY_MS = 1000;

/** How long nothing may change before the run is over, whatever is still missing. An open breaker waits 30 s. */
const PATIENCE_MS = 90_000;

/** What is needed to wait. */
export interface Waiting {
  readonly report: (message: string) => void;
  /** Puts dead letters back into their queues, and answers how many there were. */
  readonly redrive: () => Promise<number>;
}

/**
 * Waits until every mail that should come of the accepted events has reached an end, or until nothing changes any more;
 * dead letters are put back as soon as only they are missing. Answers what the system says about all mails.
 */
export const whenSettled = async (
  stack: RunningStack,
  accepted: readonly Entry[],
  server: Pick<UnreliableSmtpServer, "kept">,
  { report, redrive }: Waiting,
): Promise<{ readonly deliveries: readonly Stated[]; readonly redriven: number }> => {
  let redriven = 0;
  let seen = "";
  let changedAt = performance.now();
  for (;;) {
    const deliveries = await everyDelivery(stack);
    const open = accepted.length - deliveries.filter(({ state }) => isEnd(state)).length;
    const idleMs = performance.now() - changedAt;
    if (open <= 0 || idleMs > PATIENCE_MS) return { deliveries, redriven };
    const now = `${deliveries.length} of ${accepted.length} mails known, ${open} open, ${server.kept.length} arrived`;
    if (now !== seen) {
      report(now);
      seen = now;
      changedAt = performance.now();
    } else if (idleMs > PATIENCE_MS / 3) redriven += await redrive();
    await wait(LOOK_EVERY_MS);
  }
};

const everyDelivery = async (stack: RunningStack): Promise<Stated[]> => {
  const lists = await Promise.all(TENANTS.map(({ tenant }) => deliveriesOf(stack, tenant)));
  return lists.flat().map(({ eventId, recipient, state = "", possibleDuplicate, attempts }) => ({
    token: eventId,
    recipient,
    state,
    possibleDuplicate,
    attemptClasses: attempts.map((attempt) => ("class" in attempt ? String(attempt.class) : "")),
  }));
};

const deliveriesOf = async (stack: RunningStack, tenant: string): Promise<ApiItem[]> => {
  const all: ApiItem[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await stack.api("GET", `/scopes/${tenant}/deliveries?limit=100${query}`);
    all.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return all;
};
