import { describe, expect, test } from "vitest";
import { type Arrival, type Entry, isKept, reckon, type Stated } from "./reckon.ts";

const ADA: Entry = { token: "token-000001", recipient: "ada@acme.example" };
const NAME = "token-000001 to ada@acme.example";

const stated = (different: Partial<Stated> = {}): Stated => ({
  ...ADA,
  state: "accepted",
  possibleDuplicate: false,
  attemptClasses: ["accepted"],
  ...different,
});

const arrival: Arrival = { ...ADA, messageId: "<1@acme.example>" };

describe("the reckoning", () => {
  test("is content with a mail that arrived once", () => {
    const reckoning = reckon({ accepted: [ADA], arrivals: [arrival], deliveries: [stated()] });

    expect(reckoning).toMatchObject({ mails: 1, arrived: 1, lost: [], doubled: [], unexpected: [] });
    expect(isKept(reckoning, "hold")).toBe(true);
  });

  test.each([
    ["no record", []],
    ["a record that says it was accepted", [stated()]],
    ["a record that says it still waits", [stated({ state: "deferred" })]],
  ])("calls a mail lost that did not arrive, with %s", (_, deliveries) => {
    const reckoning = reckon({ accepted: [ADA], arrivals: [], deliveries });

    expect(reckoning.lost).toEqual([NAME]);
    expect(isKept(reckoning, "retry")).toBe(false);
  });

  test.each(["rejected", "expired", "suppressed", "cancelled", "held"])(
    "does not call a mail lost of which the record says that it was %s",
    (state) => {
      const reckoning = reckon({ accepted: [ADA], arrivals: [], deliveries: [stated({ state })] });

      expect(isKept(reckoning, "retry")).toBe(true);
    },
  );

  test("forgives a doubled mail that the record warned of, but not with hold", () => {
    const deliveries = [stated({ possibleDuplicate: true, attemptClasses: ["ambiguous", "accepted"] })];
    const reckoning = reckon({ accepted: [ADA], arrivals: [arrival, arrival], deliveries });

    expect(reckoning).toMatchObject({ doubled: [NAME], ambiguous: [NAME], silentlyDoubled: [] });
    expect([isKept(reckoning, "retry"), isKept(reckoning, "hold")]).toEqual([true, false]);
  });

  test("does not forgive a doubled mail that the record is silent about", () => {
    const reckoning = reckon({ accepted: [ADA], arrivals: [arrival, arrival], deliveries: [stated()] });

    expect(reckoning.silentlyDoubled).toEqual([NAME]);
    expect(isKept(reckoning, "retry")).toBe(false);
  });

  test.each([
    ["was never asked for", [], [arrival], [stated()]],
    [
      "is said to be certainly not sent",
      [ADA],
      [arrival],
      [stated({ state: "rejected", attemptClasses: ["permanent"] })],
    ],
    [
      "came under two Message-IDs",
      [ADA],
      [arrival, { ...arrival, messageId: "<2@x>" }],
      [stated({ possibleDuplicate: true })],
    ],
  ])("notices a mail that %s", (_, accepted, arrivals, deliveries) => {
    const reckoning = reckon({ accepted, arrivals, deliveries });

    expect(reckoning.unexpected).toEqual([NAME]);
    expect(isKept(reckoning, "retry")).toBe(false);
  });
});
