/** What a line needs to know of its members. */
export interface Grouped {
  /** Whom it counts for. Those without a group count for nobody. */
  readonly group: string | undefined;
}

/** What one receive takes together: an identity of its own. */
export interface Batch {
  /** Whether it is worked on for so long that its groups need not wait for it any longer. */
  isSlow: boolean;
}

/** Messages that wait to be received. */
export interface FairLine<T extends Grouped> {
  join(message: T): void;
  /** Takes the next one into a batch: it counts for its group until {@link FairLine.settle} is called with it. */
  next(batch: Batch): T | undefined;
  /** Tells that a message taken into that batch is no longer worked on. */
  settle(message: T, batch: Batch): void;
  /** Drops all that wait. */
  clear(): void;
  size(): number;
}

interface Lane<T> {
  readonly waiting: T[];
  /** Messages that are worked on, by batch. */
  readonly batches: Map<Batch, number>;
}

/**
 * A line in which the group with the fewest messages in flight is next, and among equals the one that was served
 * longest ago. Amazon's queues do so for a group once it has more than 10 % of what is in flight or of the consumers'
 * time, which they measure only roughly; this is the limit they tend to. Messages of no group go as if nothing of
 * theirs was in flight. Source: SQS developer guide, "How Amazon SQS fair queues work", read 2026-11-21.
 * @param batchesPerGroup most batches that a group is in; and it gets into one more only while all of those are slow.
 * None given, there is no bound.
 */
export const createFairLine = <T extends Grouped>(batchesPerGroup?: number): FairLine<T> => {
  const lanes = new Map<string | undefined, Lane<T>>();

  const laneOf = (group: string | undefined): Lane<T> => {
    const lane = lanes.get(group) ?? { waiting: [], batches: new Map() };
    lanes.set(group, lane);
    return lane;
  };
  const mayJoin = ({ batches }: Lane<T>, batch: Batch): boolean =>
    batchesPerGroup === undefined ||
    batches.has(batch) ||
    (batches.size < batchesPerGroup && [...batches.keys()].every(({ isSlow }) => isSlow));
  const leastServed = (batch: Batch): readonly [string | undefined, Lane<T>] | undefined => {
    let best: { readonly entry: readonly [string | undefined, Lane<T>]; readonly inFlight: number } | undefined;
    for (const entry of lanes) {
      const [, lane] = entry;
      if (lane.waiting.length === 0 || !mayJoin(lane, batch)) continue;
      const inFlight = inFlightOf(lane);
      if (best === undefined || inFlight < best.inFlight) best = { entry, inFlight };
    }
    return best?.entry;
  };

  return {
    join: (message) => void laneOf(message.group).waiting.push(message),
    next(batch) {
      const [group, lane] = leastServed(batch) ?? [];
      const message = lane?.waiting.shift();
      if (lane === undefined || message === undefined) return undefined;
      if (group !== undefined) lane.batches.set(batch, (lane.batches.get(batch) ?? 0) + 1);
      // To the end: whoever was served last is last among equals.
      lanes.delete(group);
      lanes.set(group, lane);
      return message;
    },
    settle({ group }, batch) {
      const lane = lanes.get(group);
      if (lane === undefined || group === undefined) return;
      const left = (lane.batches.get(batch) ?? 0) - 1;
      if (left > 0) lane.batches.set(batch, left);
      else lane.batches.delete(batch);
      if (lane.batches.size === 0 && lane.waiting.length === 0) lanes.delete(group);
    },
    clear() {
      for (const lane of lanes.values()) lane.waiting.length = 0;
    },
    size: () => [...lanes.values()].reduce((total, { waiting }) => total + waiting.length, 0),
  };
};

const inFlightOf = ({ batches }: Lane<unknown>): number =>
  [...batches.values()].reduce((total, count) => total + count, 0);
