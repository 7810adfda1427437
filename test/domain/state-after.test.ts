import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DELIVERY_STATES, stateAfter } from "../../shared/domain/delivery.ts";
import { FEEDBACK_KINDS } from "../../shared/domain/feedback.ts";

const states = fc.constantFrom(...DELIVERY_STATES);
const kinds = fc.array(fc.constantFrom(...FEEDBACK_KINDS), { maxLength: 12 });

describe("the state of a delivery after feedback", () => {
  test.each([
    ["ambiguous", ["processed"], "accepted"],
    ["held", ["deferred"], "accepted"],
    ["accepted", ["delivered"], "delivered"],
    ["accepted", ["bounced"], "bounced"],
    ["accepted", ["dropped"], "bounced"],
    ["delivered", ["complained"], "complained"],
    ["accepted", ["unsubscribed"], "accepted"],
    ["delivered", ["processed", "deferred"], "delivered"],
    ["accepted", ["delivered", "bounced"], "bounced"],
    ["accepted", ["bounced", "delivered"], "bounced"],
    ["complained", ["delivered", "bounced"], "complained"],
    ["rejected", [], "rejected"],
    ["expired", ["delivered"], "delivered"],
  ] as const)("of one that is %s, %j, is %s", (state, heard, expected) => {
    expect(stateAfter(state, heard)).toBe(expected);
  });

  test("is the same in whatever order and however often it comes, and in however many parts", () => {
    fc.assert(
      fc.property(states, kinds, fc.array(fc.nat()), fc.nat(), (state, heard, order, cut) => {
        const whole = stateAfter(state, heard);
        const shuffled = [...heard, ...heard]
          .map((kind, index) => ({ kind, at: order[index] ?? index }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ kind }) => kind);
        const inParts = stateAfter(stateAfter(state, heard.slice(0, cut)), heard.slice(cut));

        expect(stateAfter(state, shuffled)).toBe(whole);
        expect(inParts).toBe(whole);
      }),
    );
  });
});
