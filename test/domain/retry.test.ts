import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DELIVERY_STATES, TERMINAL_STATES } from "../../shared/domain/delivery.ts";
import { AMBIGUOUS_POLICIES } from "../../shared/domain/mail-settings.ts";
import { FAILURE_REASONS, type Failed, SEND_PHASES, type SendOutcome } from "../../shared/domain/outcome.ts";
import { nextStep, type RetryPolicy, retryDelaySeconds, type TryContext } from "../../shared/domain/retry.ts";
import { aFailure, later, NOW } from "../fakes/builders.ts";

const POLICY: RetryPolicy = { baseSeconds: 30, capSeconds: 21_600, giveUpHours: 48, feedbackSeconds: 600 };

const contextOf = (different: Partial<TryContext> = {}): TryContext => ({
  sendableFrom: NOW,
  now: later(1),
  tries: 1,
  possibleDuplicate: false,
  onAmbiguous: "retry",
  hasFeedback: false,
  random: 0.5,
  ...different,
});

const AMBIGUOUS = aFailure({ class: "ambiguous", reason: "possibly-sent", phase: "accepted" });

const policies = fc.record({
  baseSeconds: fc.double({ min: 0.001, max: 86_400, noNaN: true }),
  capSeconds: fc.double({ min: 0.001, max: 604_800, noNaN: true }),
  giveUpHours: fc.double({ min: 0.0001, max: 720, noNaN: true }),
  feedbackSeconds: fc.double({ min: 0.001, max: 86_400, noNaN: true }),
});

/** A number as `Math.random` gives it. */
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const failures: fc.Arbitrary<Failed> = fc.record({
  kind: fc.constant("failed"),
  class: fc.constantFrom("transient", "permanent", "config", "ambiguous"),
  reason: fc.constantFrom(...FAILURE_REASONS),
  phase: fc.constantFrom(...SEND_PHASES),
  code: fc.constantFrom(null, 421, 450, 451, 550),
  enhancedCode: fc.constant(null),
  text: fc.constant(null),
  retryAfterSeconds: fc.constantFrom(undefined, -5, 0, 30, 3600, 1e9),
});

const outcomes: fc.Arbitrary<SendOutcome> = fc.oneof(
  failures,
  fc.record({ kind: fc.constant("accepted"), code: fc.constantFrom(250, 202), text: fc.constant("OK") }),
);

const contexts: fc.Arbitrary<TryContext> = fc.record({
  sendableFrom: fc.constant(NOW),
  now: fc.nat(60 * 86_400).map(later),
  tries: fc.integer({ min: 1, max: 10_000 }),
  possibleDuplicate: fc.boolean(),
  onAmbiguous: fc.constantFrom(...AMBIGUOUS_POLICIES),
  hasFeedback: fc.boolean(),
  random,
});

describe("the delay before the next try", () => {
  test.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [10, 15_360],
    [11, 21_600],
    [5000, 21_600],
  ])("after %j tries has a ceiling of %j seconds", (tries, ceiling) => {
    expect(retryDelaySeconds(POLICY, aFailure(), tries, 0)).toBe(0);
    expect(retryDelaySeconds(POLICY, aFailure(), tries, 0.999_999_999)).toBeCloseTo(ceiling, 3);
  });

  test("lies anywhere between nothing and the ceiling, never beyond", () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 10_000 }), random, (policy, tries, chance) => {
        const delay = retryDelaySeconds(policy, aFailure(), tries, chance);

        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(policy.capSeconds, policy.baseSeconds * 2 ** Math.min(tries, 60)));
      }),
    );
  });

  test("is spread evenly: half the chance is half the way", () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 50 }), random, (policy, tries, chance) => {
        const whole = retryDelaySeconds(policy, aFailure(), tries, chance);

        expect(retryDelaySeconds(policy, aFailure(), tries, chance / 2)).toBeCloseTo(whole / 2, 6);
      }),
    );
  });

  test("is at least what the server asks for, up to an hour", () => {
    const delayFor = (retryAfterSeconds: number) => retryDelaySeconds(POLICY, aFailure({ retryAfterSeconds }), 1, 0);

    expect(delayFor(90)).toBe(90);
    expect(delayFor(7200)).toBe(3600);
    expect(delayFor(-1)).toBe(0);
  });

  test.each([
    { code: 450, enhancedCode: null, reason: "recipient-refused", phase: "recipient" },
    { code: 451, enhancedCode: "4.7.1", reason: "sender-refused", phase: "sender" },
  ] as const)("is at least five minutes after greylisting at $phase, but never above the cap", (answer) => {
    const greylisted = aFailure(answer);

    expect(retryDelaySeconds(POLICY, greylisted, 1, 0)).toBe(300);
    expect(retryDelaySeconds({ ...POLICY, capSeconds: 2 }, greylisted, 1, 0)).toBe(2);
  });

  test("is no longer than usual after a local error, which is no greylisting", () => {
    const broken = aFailure({ code: 451, enhancedCode: "4.3.0", reason: "server-unavailable", phase: "accepted" });

    expect(retryDelaySeconds(POLICY, broken, 1, 0)).toBe(0);
  });
});

describe("the step after a try", () => {
  test.each<[string, SendOutcome, string]>([
    ["an accepted mail", { kind: "accepted", code: 250, text: "OK" }, "accepted"],
    ["a permanent failure", aFailure({ class: "permanent", reason: "recipient-refused" }), "rejected"],
  ])("ends %s", (_, outcome, state) => {
    expect(nextStep(POLICY, outcome, contextOf())).toEqual({ state, dueAt: null });
  });

  test.each(["transient", "config"] as const)("waits after a %s failure", (failureClass) => {
    const step = nextStep(POLICY, aFailure({ class: failureClass }), contextOf());

    expect(step).toEqual({ state: "deferred", dueAt: later(1 + 15) });
  });

  test("gives a mail up when its next try would come after its time", () => {
    const policy: RetryPolicy = { baseSeconds: 10, capSeconds: 10, giveUpHours: 1, feedbackSeconds: 600 };

    expect(nextStep(policy, aFailure(), contextOf({ now: later(3594) }))).toEqual({
      state: "deferred",
      dueAt: later(3599),
    });
    expect(nextStep(policy, aFailure(), contextOf({ now: later(3596) }))).toEqual({ state: "expired", dueAt: null });
  });

  test("is one more try at once after an ambiguous failure, and a person's turn after the second", () => {
    expect(nextStep(POLICY, AMBIGUOUS, contextOf())).toEqual({ state: "ambiguous", dueAt: later(1) });
    expect(nextStep(POLICY, AMBIGUOUS, contextOf({ possibleDuplicate: true }))).toEqual({ state: "held", dueAt: null });
  });

  test("is a person's turn after the first ambiguous failure when the settings say hold", () => {
    expect(nextStep(POLICY, AMBIGUOUS, contextOf({ onAmbiguous: "hold" }))).toEqual({ state: "held", dueAt: null });
  });

  test("has a time exactly when it waits, and never one in the past", () => {
    fc.assert(
      fc.property(policies, outcomes, contexts, (policy, outcome, context) => {
        const { state, dueAt } = nextStep(policy, outcome, context);

        expect(DELIVERY_STATES).toContain(state);
        expect(dueAt !== null).toBe(state === "deferred" || state === "ambiguous");
        if (TERMINAL_STATES.includes(state)) expect(dueAt).toBeNull();
        if (dueAt !== null) expect(dueAt.getTime()).toBeGreaterThanOrEqual(context.now.getTime());
      }),
      { numRuns: 1000 },
    );
  });

  test("never tries a mail again that was taken, refused for good, or held as possibly sent", () => {
    fc.assert(
      fc.property(policies, outcomes, contexts, (policy, outcome, context) => {
        const { dueAt } = nextStep(policy, outcome, context);

        if (outcome.kind === "accepted" || outcome.class === "permanent") expect(dueAt).toBeNull();
        else if (outcome.class === "ambiguous" && context.onAmbiguous === "hold") expect(dueAt).toBeNull();
        else if (outcome.class === "ambiguous" && context.possibleDuplicate) expect(dueAt).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  test("never waits beyond the time at which the mail is given up, unless it may have been sent", () => {
    fc.assert(
      fc.property(policies, failures, contexts, (policy, outcome, context) => {
        fc.pre(outcome.class !== "ambiguous");
        const { dueAt } = nextStep(policy, outcome, context);

        if (dueAt !== null) {
          expect(dueAt.getTime()).toBeLessThanOrEqual(context.sendableFrom.getTime() + policy.giveUpHours * 3_600_000);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
