import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseBusEvent } from "../../shared/contracts/bus.ts";
import { busEventOf } from "../fakes/builders.ts";

const parse = (message: unknown) => parseBusEvent(JSON.stringify(message));

describe("a message of the events queue", () => {
  test("is read as the bus event it is", () => {
    const busEvent = parse(busEventOf({ scope: "acme", anything: [1, null] }));

    expect(busEvent).toEqual({
      id: "8d0bf8a0-6a7f-4d5c-9a51-5b1c0a000001",
      source: "acme.ci",
      detailType: "Pipeline Event",
      time: "2026-11-20T11:59:58Z",
      detail: { scope: "acme", anything: [1, null] },
    });
  });

  test.each([
    ["a time with milliseconds", { time: "2026-11-20T11:59:58.123Z" }],
    ["fields we do not know", { "replay-name": "again", constructor: 1 }],
    ["a detail that is no object", { detail: "text" }],
  ])("may have %s", (_, different) => {
    expect(parse(busEventOf({}, different))).toBeDefined();
  });

  test.each([
    ["no id", { id: undefined }],
    ["an empty id", { id: "" }],
    ["an id that is no text", { id: 7 }],
    ["no source", { source: undefined }],
    ["no detail type", { "detail-type": undefined }],
    ["no detail", { detail: undefined }],
    ["no time", { time: undefined }],
    ["a time that is none", { time: "yesterday" }],
    ["a day that does not exist", { time: "2026-02-30T00:00:00Z" }],
    ["a time without a zone", { time: "2026-11-20T11:59:58" }],
  ])("is no bus event with %s", (_, different) => {
    expect(parse(busEventOf({}, different))).toBeUndefined();
  });

  test.each(["", "{", "null", "[]", "7", '"text"', "{}", "\u0000", "[".repeat(100_000)])(
    "is no bus event: %j",
    (body) => {
      expect(parseBusEvent(body)).toBeUndefined();
    },
  );

  test("never makes reading throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(() => parseBusEvent(body)).not.toThrow();
      }),
    );
  });
});
