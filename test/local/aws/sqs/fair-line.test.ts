import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFairLine } from "../../../../local/aws/sqs/fair-line.ts";

const message = (group: string | undefined, body: string) => ({ group, body });

/** A line with messages, each given as its group. */
const lineOf = (groups: readonly (string | undefined)[], mostPerGroup?: number) => {
  const line = createFairLine<ReturnType<typeof message>>(mostPerGroup);
  for (const [index, group] of groups.entries()) line.join(message(group, `${group} ${index}`));
  return line;
};

const nextGroups = (line: ReturnType<typeof lineOf>, count: number) =>
  Array.from({ length: count }, () => line.next()?.group);

describe("a fair line", () => {
  test("keeps the order within a group", () => {
    const line = lineOf(["a", "a", "a"]);

    expect([line.next()?.body, line.next()?.body, line.next()?.body]).toEqual(["a 0", "a 1", "a 2"]);
    expect(line.next()).toBeUndefined();
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
    const first = line.next();
    const second = line.next();

    if (second !== undefined) line.settle(second);

    expect([first?.group, second?.group]).toEqual(["a", "b"]);
    expect(line.next()?.group).toBe("b");
  });

  test("never holds a message without a group up", () => {
    const line = lineOf(["a", undefined, undefined, undefined]);

    expect(nextGroups(line, 4)).toEqual(["a", undefined, undefined, undefined]);
  });

  test("lets a group wait that has as much in flight as it may", () => {
    const line = lineOf(["a", "a", "a", "b", undefined], 1);
    const first = line.next();

    const others = nextGroups(line, 3);
    if (first !== undefined) line.settle(first);

    expect(others.toSorted()).toEqual(["b", undefined, undefined]);
    expect(line.next()?.body).toBe("a 1");
  });

  test("hands every message out once, whatever the groups", () => {
    const group = fc.constantFrom("a", "b", "c", undefined);
    fc.assert(
      fc.property(fc.array(group), fc.array(fc.boolean()), (groups, settles) => {
        const line = lineOf(groups);
        const served: string[] = [];
        for (let next = line.next(), round = 0; next !== undefined; next = line.next(), round += 1) {
          served.push(next.body);
          if (settles[round] === true) line.settle(next);
        }

        expect(served.toSorted()).toEqual(groups.map((name, index) => `${name} ${index}`).toSorted());
        expect(line.size()).toBe(0);
      }),
    );
  });
});
