/** A message with the group it counts for. */
export interface GroupedMessage {
  readonly id: string;
  readonly group: string;
  readonly body: string;
}

/**
 * A queue that serves the groups with the fewest messages under way first, as SQS does with the `MessageGroupId` of
 * standard queues ("Amazon SQS fair queues", read 2026-11-20).
 */
export interface FairQueue {
  put(message: GroupedMessage): void;
  /** Up to `most` messages; they are under way until they are done. */
  receive(most: number): GroupedMessage[];
  done(messages: readonly GroupedMessage[]): void;
  size(): number;
}

/** A queue without messages. */
export const createFairQueue = (): FairQueue => {
  const waiting = new Map<string, GroupedMessage[]>();
  const underWay = new Map<string, number>();
  const count = (group: string, by: number) => underWay.set(group, (underWay.get(group) ?? 0) + by);
  const quietest = () =>
    [...waiting]
      .filter(([, messages]) => messages.length > 0)
      .toSorted(([a], [b]) => (underWay.get(a) ?? 0) - (underWay.get(b) ?? 0))[0];
  return {
    put(message) {
      const known = waiting.get(message.group);
      if (known === undefined) waiting.set(message.group, [message]);
      else known.push(message);
    },
    receive(most) {
      const taken: GroupedMessage[] = [];
      for (let next = quietest(); next !== undefined && taken.length < most; next = quietest()) {
        const [group, messages] = next;
        taken.push(...messages.splice(0, 1));
        count(group, 1);
      }
      return taken;
    },
    done(messages) {
      for (const { group } of messages) count(group, -1);
    },
    size: () => [...waiting.values()].reduce((sum, messages) => sum + messages.length, 0),
  };
};
