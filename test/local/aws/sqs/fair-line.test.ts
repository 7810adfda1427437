import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Batch, createFairLine } from "../../../../local/aws/sqs/fair-line.ts";

const message = (group: string | undefined, body: string) => ({ group, body });

/** A line with messages, each given as its group. */
const lineOf = (groups: readonly (string | undefined)[], batchesPerGroup?: number) => {
  const line = createFairLine<ReturnType<typeof message>>(batchesPerGroup);
  for (const [index, group] of groups.entries()) line.join(message(group, `${group} ${index}`));
  return line;
};

const aBatch = (): Batch => ({ isSlow: false });
/** The batch of tests that are not about batches. */
const BATCH = aBatch();

const nextGroups = (line: ReturnType<typeof lineOf>, count: number, batch = BATCH) =>
  Array.from({ length: count }, () => line.next(batch)?.group);

describe("a fair line", () => {
  test("keeps the order within a group", () => {
    const line = lineOf(["a", "a", "a"]);

    expect([line.next(BATCH)?.body, line.next(BATCH)?.body, line.next(BATCH)?.body]).toEqual(["a 0", "a 1", "a 2"]);
    expect(line.next(BATCH)).toBeUndefined();
  });

  test("serves a group with nothing in flight before one with a backlog", () => {
    const line = lineOf(Array.from({ length: 5000 }, () => "noisy"));
    nextGroups(line, 50);

    line.join(message("quiet", "hello"));

    expect(nextGroups(line, 2)).toEqual(["quiet", "noisy"]);
  });

  test("serves groups with as much in flight in turns", () => {
    const line = lineOf(["a", "a", "a", "b", "b", "c"]);

    expect(nextGroups(line, 6)).toEqual(["a", "b", "c", "a", "b", "a"]);
  });

  test("forgets what is no longer in flight", () => {
    const line = lineOf(["a", "a", "b", "b"]);
    const first = line.next(BATCH);
    const second = line.next(BATCH);

    if (second !== undefined) line.settle(second, BATCH);

    expect([first?.group, second?.group]).toEqual(["a", "b"]);
    expect(line.next(BATCH)?.group).toBe("b");
  });

  test("never holds a message without a group up", () => {
    const line = lineOf(["a", undefined, undefined, undefined]);

    expect(nextGroups(line, 4)).toEqual(["a", undefined, undefined, undefined]);
  });

  test("lets a group wait that is in as many batches as it may, while others go on", () => {
    const line = lineOf(["a", "a", "a", "b", undefined], 1);
    const [first, second, third] = [aBatch(), aBatch(), aBatch()];
    const taken = [line.next(first), line.next(first)];

    expect(taken.map((one) => one?.group)).toEqual(["a", "b"]);
    expect(nextGroups(line, 2, second)).toEqual([undefined, undefined]);
    if (taken[0] !== undefined) line.settle(taken[0], first);
    expect(line.next(third)?.body).toBe("a 1");
  });

  test("lets a group into one more batch while all that it is in are slow, up to its bound", () => {
    const line = lineOf(["a", "a", "a"], 2);
    const [first, second, third] = [aBatch(), aBatch(), aBatch()];
    line.next(first);
    expect(line.next(second)).toBeUndefined();

    first.isSlow = true;
    expect(line.next(second)?.body).toBe("a 1");

    second.isSlow = true;
    expect(line.next(third)).toBeUndefined();
  });

  test("lets a group have more of a batch that it is in, up to the whole of it", () => {
    const line = lineOf(["a", "a", "a"], 1);

    expect(nextGroups(line, 3)).toEqual(["a", "a", "a"]);
  });

  test("hands every message out once, whatever the groups", () => {
    const group = fc.constantFrom("a", "b", "c", undefined);
    fc.assert(
      fc.property(fc.array(group), fc.array(fc.boolean()), (groups, settles) => {
        const line = lineOf(groups);
        const served: string[] = [];
        for (let next = line.next(BATCH), round = 0; next !== undefined; next = line.next(BATCH), round += 1) {
          served.push(next.body);
          if (settles[round] === true) line.settle(next, BATCH);
        }

        expect(served.toSorted()).toEqual(groups.map((name, index) => `${name} ${index}`).toSorted());
        expect(line.size()).toBe(0);
      }),
    );
  });
});
