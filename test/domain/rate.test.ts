import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  askAgainAtMs,
  BURST_MS,
  isGood,
  isNow,
  LINE_MS,
  type RateLine,
  reserveSlots,
} from "../../shared/domain/rate.ts";
import { later, NOW } from "../fakes/builders.ts";

const MINUTE_MS = 60_000;

const at = (perMinute: number) => ({ perMinute, burstMs: BURST_MS, lengthMs: LINE_MS });

/** Asks of several mails at once, each some milliseconds after the one before: mostly more than the rate allows. */
const asks = fc.array(fc.record({ afterMs: fc.nat({ max: 3000 }), count: fc.integer({ min: 1, max: 20 }) }), {
  minLength: 1,
  maxLength: 200,
  size: "max",
});

/** When mails go out that are given slots in that order: at once when their slot is near, else in their slot. */
const sendTimes = (list: readonly { readonly afterMs: number; readonly count: number }[], perMinute: number) => {
  let nowMs = NOW.getTime();
  let line: RateLine | undefined;
  const times: number[] = [];
  for (const { afterMs, count } of list) {
    nowMs += afterMs;
    const taken = reserveSlots(line, nowMs, count, at(perMinute));
    line = taken.line;
    times.push(...taken.slotsMs.map((slot) => (isNow(slot, nowMs) ? nowMs : slot)));
  }
  return times.sort((a, b) => a - b);
};

describe("the slots of a rate", () => {
  test("hold in any minute at most a tenth more than the rate, whenever they are asked for", () => {
    fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 300 }), (list, perMinute) => {
        const times = sendTimes(list, perMinute);

        for (const [index, time] of times.entries()) {
          const within = times.slice(index).filter((one) => one < time + MINUTE_MS).length;
          expect(within).toBeLessThanOrEqual(1.1 * perMinute + 1);
        }
      }),
    );
  });

  test("are given to everybody, one after the other", () => {
    const { slotsMs } = reserveSlots(undefined, 0, 1000, at(600));

    expect(new Set(slotsMs).size).toBe(1000);
    expect(slotsMs).toEqual(slotsMs.toSorted((a, b) => a - b));
  });

  test("waste nothing while mails wait: a long line goes at the full rate", () => {
    const { slotsMs } = reserveSlots({ freeAtMs: 200_000, perMinute: 600 }, 0, 601, at(600));

    expect((slotsMs.at(-1) ?? 0) - (slotsMs[0] ?? 0)).toBeCloseTo(MINUTE_MS);
  });

  test("are given away for a quarter of an hour and no further: whoever finds none takes none", () => {
    const { slotsMs, line } = reserveSlots(undefined, 0, 100, at(1));

    expect(slotsMs).toHaveLength(15);
    expect(slotsMs.at(-1)).toBeLessThanOrEqual(15 * MINUTE_MS);
    expect(reserveSlots(line, 0, 1, at(1))).toEqual({ slotsMs: [], line });
  });

  test("begin sooner at a higher rate, and later at a lower one, for a line that has formed", () => {
    const line = { freeAtMs: 600_000, perMinute: 60 };

    expect(reserveSlots(line, 0, 1, at(600)).slotsMs).toEqual([75_000]);
    expect(reserveSlots(line, 0, 1, at(120)).slotsMs).toEqual([300_000]);
    expect(reserveSlots(line, 0, 1, at(50)).slotsMs).toEqual([720_000]);
    expect(reserveSlots(line, 0, 1, at(30)).slotsMs).toEqual([]);
  });

  test.each([0, 0.5, 0.999])("are asked for again before the line has ended (random %d)", (random) => {
    const asked = askAgainAtMs(0, random);

    expect(asked).toBeGreaterThanOrEqual(7.5 * MINUTE_MS);
    expect(asked).toBeLessThan(15 * MINUTE_MS);
  });
});

describe("a permit", () => {
  const permit = { transportId: "one", perMinute: 60, at: NOW.toISOString() };

  test("is good until a few seconds after its slot", () => {
    expect(isGood(permit, "one", 60, later(-500))).toBe(true);
    expect(isGood(permit, "one", 60, later(5))).toBe(true);
    expect(isGood(permit, "one", 60, later(6))).toBe(false);
  });

  test("is of no use for another server, nor at another rate", () => {
    expect(isGood(permit, "two", 60, NOW)).toBe(false);
    expect(isGood(permit, "one", 61, NOW)).toBe(false);
    expect(isGood(undefined, "two", 60, NOW)).toBe(false);
  });
});
