import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isGood, isNow, reserveSlots } from "../../shared/domain/rate.ts";
import { later, NOW } from "../fakes/builders.ts";

const MINUTE_MS = 60_000;

/** Asks of several mails at once, each some milliseconds after the one before: mostly more than the rate allows. */
const asks = fc.array(fc.record({ afterMs: fc.nat({ max: 3000 }), count: fc.integer({ min: 1, max: 20 }) }), {
  minLength: 1,
  maxLength: 200,
  size: "max",
});

/** When mails go out that are given slots in that order: at once when their slot is near, else in their slot. */
const sendTimes = (list: readonly { readonly afterMs: number; readonly count: number }[], perMinute: number) => {
  let [nowMs, freeAtMs] = [NOW.getTime(), 0];
  const times: number[] = [];
  for (const { afterMs, count } of list) {
    nowMs += afterMs;
    const taken = reserveSlots(freeAtMs, nowMs, count, perMinute);
    freeAtMs = taken.freeAtMs;
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
    const { slotsMs } = reserveSlots(0, 0, 1000, 600);

    expect(new Set(slotsMs).size).toBe(1000);
    expect(slotsMs).toEqual(slotsMs.toSorted((a, b) => a - b));
  });

  test("waste nothing while mails wait: a long line goes at the full rate", () => {
    const { slotsMs } = reserveSlots(NOW.getTime() + 200_000, NOW.getTime(), 601, 600);

    expect((slotsMs.at(-1) ?? 0) - (slotsMs[0] ?? 0)).toBeCloseTo(MINUTE_MS);
  });
});

describe("a permit", () => {
  const permit = { transportId: "one", at: NOW.toISOString() };

  test("is good until a minute after its slot", () => {
    expect(isGood(permit, "one", later(-500))).toBe(true);
    expect(isGood(permit, "one", later(60))).toBe(true);
    expect(isGood(permit, "one", later(61))).toBe(false);
  });

  test("is of no use for another server", () => {
    expect(isGood(permit, "two", NOW)).toBe(false);
    expect(isGood(undefined, "two", NOW)).toBe(false);
  });
});
