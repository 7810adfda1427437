import { expect, test } from "vitest";
import { addressKey } from "../../shared/domain/address.ts";
import { isSuppressed } from "../../shared/domain/suppression.ts";
import { addressOf } from "../fakes/builders.ts";

test.each([
  ["ada@acme.example", true],
  ["Ada@ACME.example", true],
  ["ada@globex.example", false],
  ["ada+ci@acme.example", false],
])("%s is on a list that has ADA@acme.example: %s", (text, expected) => {
  const list = new Set([addressKey(addressOf("ADA@acme.example"))]);

  expect(isSuppressed(list, addressOf(text))).toBe(expected);
});
