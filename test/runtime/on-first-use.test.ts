import { describe, expect, test } from "vitest";
import { onFirstUse } from "../../shared/runtime/on-first-use.ts";

/** A calculator that counts how often it was loaded, and cannot be loaded the first `failures` times. */
const createLoader = (failures = 0) => {
  const counts = { loads: 0 };
  const load = async () => {
    counts.loads += 1;
    if (counts.loads <= failures) throw new Error("cannot read the chunk");
    return {
      add: (one: number, other: number) => one + other,
      fail: async (): Promise<never> => {
        throw new Error("does not add up");
      },
    };
  };
  return { counts, load };
};

describe("functions that are loaded on first use", () => {
  test("are not loaded before one of them is called", () => {
    const { counts, load } = createLoader();

    onFirstUse(["add"], load);

    expect(counts.loads).toBe(0);
  });

  test("are loaded once for calls at the same time and later, and get their arguments", async () => {
    const { counts, load } = createLoader();
    const calculator = onFirstUse(["add", "fail"], load);

    const sums = await Promise.all([calculator.add(1, 2), calculator.add(3, 4)]);
    const later = await calculator.add(5, 6);

    expect([...sums, later]).toEqual([3, 7, 11]);
    expect(counts.loads).toBe(1);
  });

  test("fail as they do by themselves, and stay loaded", async () => {
    const { counts, load } = createLoader();
    const calculator = onFirstUse(["add", "fail"], load);

    await expect(calculator.fail()).rejects.toThrow("does not add up");

    expect(await calculator.add(1, 2)).toBe(3);
    expect(counts.loads).toBe(1);
  });

  test("are loaded again by the next call after loading failed", async () => {
    const { counts, load } = createLoader(1);
    const calculator = onFirstUse(["add"], load);

    await expect(calculator.add(1, 2)).rejects.toThrow("cannot read the chunk");

    expect(await calculator.add(1, 2)).toBe(3);
    expect(counts.loads).toBe(2);
  });
});
