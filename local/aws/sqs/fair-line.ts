/** What a line needs to know of its members. */
export interface Grouped {
  /** Whom it counts for. Those without a group count for nobody. */
  readonly group: string | undefined;
}

/** Messages that wait to be received. */
export interface FairLine<T extends Grouped> {
  join(message: T): void;
  /** Takes the next one: it counts for its group until {@link FairLine.settle} is called with it. */
  next(): T | undefined;
  /** Tells that a message taken from the line is no longer in flight. */
  settle(message: T): void;
  /** Drops all that wait. */
  clear(): void;
  size(): number;
}

interface Lane<T> {
  readonly waiting: T[];
  inFlight: number;
}

/**
 * A line in which the group with the fewest messages in flight is next, and among equals the one that was served
 * longest ago. Amazon's queues do so for a group once it has more than 10 % of what is in flight or of the consumers'
 * time, which they measure only roughly; this is the limit they tend to. Messages of no group go as if nothing of
 * theirs was in flight. Source: SQS developer guide, "How Amazon SQS fair queues work", read 2026-11-21.
 * @param mostPerGroup a group with as many in flight has to wait.
 */
export const createFairLine = <T extends Grouped>(mostPerGroup = Number.POSITIVE_INFINITY): FairLine<T> => {
  const lanes = new Map<string | undefined, Lane<T>>();

  const laneOf = (group: string | undefined): Lane<T> => {
    const lane = lanes.get(group) ?? { waiting: [], inFlight: 0 };
    lanes.set(group, lane);
    return lane;
  };
  const leastServed = (): readonly [string | undefined, Lane<T>] | undefined => {
    let best: readonly [string | undefined, Lane<T>] | undefined;
    for (const entry of lanes) {
      const [, lane] = entry;
      if (lane.waiting.length === 0 || lane.inFlight >= mostPerGroup) continue;
      if (best === undefined || lane.inFlight < best[1].inFlight) best = entry;
    }
    return best;
  };

  return {
    join: (message) => void laneOf(message.group).waiting.push(message),
    next() {
      const [group, lane] = leastServed() ?? [];
      const message = lane?.waiting.shift();
      if (lane === undefined || message === undefined) return undefined;
      if (group !== undefined) lane.inFlight += 1;
      // To the end: whoever was served last is last among equals.
      lanes.delete(group);
      lanes.set(group, lane);
      return message;
    },
    settle({ group }) {
      const lane = lanes.get(group);
      if (lane === undefined || group === undefined) return;
      lane.inFlight -= 1;
      if (lane.inFlight === 0 && lane.waiting.length === 0) lanes.delete(group);
    },
    clear() {
      for (const lane of lanes.values()) lane.waiting.length = 0;
    },
    size: () => [...lanes.values()].reduce((total, { waiting }) => total + waiting.length, 0),
  };
};
