import { expect, test } from "vitest";
import { addressKey } from "../../shared/domain/address.ts";
import { type SuppressionCause, standingFor, standingIn, takesPlaceOf } from "../../shared/domain/suppression.ts";
import { addressOf } from "../fakes/builders.ts";

test.each([
  ["ada@acme.example", "unsubscribed"],
  ["Ada@ACME.example", "unsubscribed"],
  ["ada@globex.example", undefined],
  ["ada+ci@acme.example", undefined],
])("on a list that has ADA@acme.example as unsubscribed, %s stands as %s", (text, expected) => {
  const list = new Map([[addressKey(addressOf("ADA@acme.example")), "unsubscribed" as const]]);

  expect(standingIn(list, addressOf(text))).toBe(expected);
});

test.each(["bounced", "complained", "manual", "a cause of later versions", undefined])(
  "an entry for the cause %s stops every mail",
  (cause) => {
    expect(standingFor(cause)).toBe("suppressed");
  },
);

test("an entry for unsubscribing stops the mails of rules only", () => {
  expect(standingFor("unsubscribed")).toBe("unsubscribed");
});

test("every cause takes the place of unsubscribed, and of nothing else", () => {
  const causes: readonly SuppressionCause[] = ["bounced", "complained", "unsubscribed", "manual"];
  const pairs = causes.flatMap((cause) => causes.map((known) => [cause, known] as const));

  expect(pairs.filter(([cause, known]) => takesPlaceOf(cause, known))).toEqual([
    ["bounced", "unsubscribed"],
    ["complained", "unsubscribed"],
    ["manual", "unsubscribed"],
  ]);
});
