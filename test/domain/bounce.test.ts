import { describe, expect, test } from "vitest";
import { condemnsAddress } from "../../shared/domain/bounce.ts";
import { FAILURE_REASONS } from "../../shared/domain/outcome.ts";
import { unknownRecipient } from "../fakes/builders.ts";

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

/** Every detail of RFC 3463 and its registry that there is, and more. */
const DETAILS = [2, 4, 5].flatMap((first) =>
  numbers(0, 8).flatMap((subject) => numbers(0, 30).map((detail) => `${first}.${subject}.${detail}`)),
);

const LEADS_NOWHERE = ["1.1", "1.2", "1.3", "1.6", "1.10"];

describe("an address is condemned", () => {
  test("by exactly the details that say that it leads nowhere", () => {
    const condemning = DETAILS.filter((enhancedCode) => condemnsAddress(unknownRecipient({ enhancedCode })));

    const expected = [2, 4, 5].flatMap((first) => LEADS_NOWHERE.map((detail) => `${first}.${detail}`));
    expect(condemning.sort()).toEqual(expected.sort());
  });

  test.each([550, 551, 553, 554, 556])("by the detail, whichever code for good it comes with (%d)", (code) => {
    expect(condemnsAddress(unknownRecipient({ code, enhancedCode: "5.1.10" }))).toBe(true);
    expect(condemnsAddress(unknownRecipient({ code, enhancedCode: "5.7.1" }))).toBe(false);
  });

  test("also by a server that looks the recipient up only when it has the mail, if it says so by a detail", () => {
    expect(condemnsAddress(unknownRecipient({ phase: "accepted" }))).toBe(true);
  });

  test("only for good, and only for being refused as a recipient", () => {
    const classes = ["transient", "permanent", "config", "ambiguous"] as const;

    const condemning = classes.flatMap((failureClass) =>
      FAILURE_REASONS.filter((reason) => condemnsAddress(unknownRecipient({ class: failureClass, reason }))).map(
        (reason) => `${failureClass} ${reason}`,
      ),
    );
    expect(condemning).toEqual(["permanent recipient-refused"]);
  });

  test("never by a mail that was accepted", () => {
    expect(condemnsAddress({ kind: "accepted", code: 250, text: "250 5.1.1 ok" })).toBe(false);
  });

  test.each([
    ["550 sorry, no mailbox here by that name. (#5.1.1)", true],
    ["550 sorry, that mailbox is full. (#5.2.2)", false],
    ["553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", false],
    ["550 No such user here", false],
    ["550 Relaying denied", false],
    ["550 Blocked, see https://rbl.example/203.0.113.9", false],
    ["550", false],
  ])("by '%s', without a detail in its place, is %s", (text, condemned) => {
    expect(condemnsAddress(unknownRecipient({ code: Number(text.slice(0, 3)), enhancedCode: null, text }))).toBe(
      condemned,
    );
  });

  test("never when the server's words could not be kept and there is no detail", () => {
    expect(condemnsAddress(unknownRecipient({ enhancedCode: null, text: null }))).toBe(false);
  });
});
