import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PipelineEvent } from "../../shared/domain/event.ts";
import { MAX_HISTORY, type OutcomeEntry, outcomeIn, placeOutcome } from "../../shared/domain/outcome-history.ts";
import { anEvent, later, NOW } from "../fakes/builders.ts";

const RECEIVED = later(3600).toISOString();

const told = (different: Partial<PipelineEvent>) => outcomeIn(anEvent(different), RECEIVED);

describe("what an event tells of an end", () => {
  test("is its outcome at the time its run ended, with the run's number", () => {
    expect(told({ endedAt: "2026-11-20T13:00:00+01:00", run: { id: "512", number: 512 } })).toEqual({
      eventId: "evt-1",
      at: "2026-11-20T12:00:00.000Z",
      run: 512,
      outcome: "failed",
    });
  });

  test.each(["", "yesterday", "2026-11-20", "2026-13-45T00:00:00Z", "1", "2026-11-20T12:00:00"])(
    "is at the bus's time when endedAt is %j",
    (endedAt) => {
      expect(told({ endedAt, time: "2026-11-20T11:00:00Z" })?.at).toBe("2026-11-20T11:00:00.000Z");
    },
  );

  test("is not after it was received, so that no clock makes all later outcomes old ones", () => {
    expect(told({ endedAt: "9999-01-01T00:00:00Z" })?.at).toBe(RECEIVED);
    expect(told({ endedAt: "no", time: "neither" })?.at).toBe(RECEIVED);
  });

  test.each(["PipelineStart", "PipelineEnd", "PipelineAborted", "StepFailed", "CanaryGreen", "toString"])(
    "is nothing for %s",
    (type) => {
      expect(told({ type })).toBeUndefined();
    },
  );

  test.each([2 ** 60, 1e300, 1e-200, 1.5])(
    "has no run number when that is %d, which no table can count with",
    (number) => {
      expect(told({ run: { id: "512", number } })?.run).toBeNull();
    },
  );

  test("is nothing for an event of no pipeline", () => {
    expect(told({ pipeline: undefined })).toBeUndefined();
  });
});

/** A run that ended `minute` minutes after noon. */
const run = (minute: number, outcome: OutcomeEntry["outcome"], different: Partial<OutcomeEntry> = {}) => ({
  eventId: `e${minute}`,
  at: later(minute * 60).toISOString(),
  run: null,
  outcome,
  ...different,
});

type Run = ReturnType<typeof run>;

/** Places runs as they arrive and answers the outcome before each. */
const place = (arrivals: readonly Run[], start: readonly OutcomeEntry[] = []) => {
  let history = start;
  const before = arrivals.map((arrival) => {
    const placed = placeOutcome(history, arrival);
    history = placed.history;
    return placed.before;
  });
  return { before, history };
};

describe("the outcome before", () => {
  test("is that of the run that ended before, in whatever order they arrive", () => {
    const { before } = place([run(1, "succeeded"), run(5, "failed"), run(3, "failed"), run(4, "succeeded")]);

    expect(before).toEqual([undefined, "succeeded", "succeeded", "failed"]);
  });

  test("follows the numbers of runs that ended at the same time, and then their arrival", () => {
    const at = NOW.toISOString();

    const { before } = place([
      run(2, "failed", { at, run: 2 }),
      run(1, "succeeded", { at, run: 1 }),
      run(3, "succeeded", { at, run: 2 }),
      run(4, "failed", { at, run: 3 }),
    ]);

    expect(before).toEqual([undefined, undefined, "failed", "succeeded"]);
  });

  test("is the same for an event that comes again, also after others came in between", () => {
    const { before } = place([run(1, "failed"), run(5, "failed"), run(3, "succeeded"), run(5, "failed")]);

    expect(before).toEqual([undefined, "failed", "failed", "failed"]);
  });

  test("is not known for a run that is older than all that are kept", () => {
    const { history } = place(Array.from({ length: MAX_HISTORY + 10 }, (_, index) => run(index + 1, "failed")));

    expect(history).toHaveLength(MAX_HISTORY);
    expect(history[0]?.eventId).toBe("e11");
    expect(placeOutcome(history, run(0, "failed"))).toEqual({ before: undefined, history });
  });
});

const outcome = fc.constantFrom<OutcomeEntry["outcome"]>("succeeded", "failed");
const runs = fc
  .array(outcome, { minLength: 1, maxLength: 30 })
  .map((all) => all.map((one, minute) => run(minute, one)));

describe("whatever the outcomes", () => {
  test("a history ends the same in every order of arrival and however often each comes", () => {
    const orders = runs.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    fc.assert(
      fc.property(orders, ([all, arrivals]) => {
        const names = (history: readonly OutcomeEntry[]) => history.map(({ eventId }) => eventId);

        expect(names(place(arrivals).history)).toEqual(names(place(all).history));
      }),
    );
  });

  test("runs that arrive in order, with any redelivered, are judged by the run before each", () => {
    fc.assert(
      fc.property(runs, fc.array(fc.nat(), { maxLength: 30 }), (all, again) => {
        const arrivals = all.flatMap((one, index) => [one, all[(again[index] ?? index) % (index + 1)] ?? one]);

        const { before } = place(arrivals);

        arrivals.forEach(({ eventId }, index) => {
          const position = all.findIndex((one) => one.eventId === eventId);
          expect(before[index]).toBe(all[position - 1]?.outcome);
        });
      }),
    );
  });
});
