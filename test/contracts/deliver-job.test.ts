import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DeliverJob,
  isCausedByRules,
  MAX_INLINE_EVENT_CHARS,
  noticeJob,
  parseDeliverJob,
} from "../../shared/contracts/deliver-job.ts";
import { deliveryIdOf } from "../../shared/domain/delivery.ts";
import { tenantOf } from "../../shared/domain/scope.ts";
import { SEVERITIES } from "../../shared/domain/severity.ts";
import { addressOf, aJob, anEvent, NOW, scopeOf } from "../fakes/builders.ts";

const jobs: fc.Arbitrary<DeliverJob> = fc
  .record({
    scope: fc.constantFrom("acme", "acme.eng.payments", "a-1.b").map(scopeOf),
    eventId: fc.stringMatching(/^[\x21-\x7e]{1,128}$/),
    recipient: fc.constantFrom("ada@acme.example", "o'neil+x@sub.acme.example").map(addressOf),
    ruleIds: fc.array(fc.string()),
    tries: fc.nat(),
    type: fc.stringMatching(/^[A-Z][A-Za-z0-9]{1,63}$/),
    severity: fc.constantFrom(...SEVERITIES),
    message: fc.string({ unit: "binary" }),
    inline: fc.boolean(),
    isNotice: fc.boolean(),
  })
  .map(({ scope, eventId, recipient, ruleIds, tries, type, severity, message, inline, isNotice }) => ({
    v: 1,
    kind: "event",
    deliveryId: deliveryIdOf(tenantOf(scope), eventId, recipient, NOW.toISOString()),
    scope,
    eventId,
    recipient,
    ruleIds,
    tries,
    ...(isNotice ? { isNotice } : {}),
    ...(inline ? { event: anEvent({ id: eventId, scope, type, severity, message }) } : {}),
  }));

const without = (field: keyof DeliverJob): unknown => ({ ...aJob(), [field]: undefined });

describe("a job of the outbox", () => {
  test("comes back as it was sent", () => {
    fc.assert(
      fc.property(jobs, (job) => {
        expect(parseDeliverJob(JSON.stringify(job))).toEqual(job);
      }),
    );
  });

  test("may carry fields that only a later version knows", () => {
    expect(parseDeliverJob(JSON.stringify({ ...aJob(), priority: "high" }))).toEqual(aJob());
  });

  test("may leave its event to be looked up", () => {
    expect(parseDeliverJob(JSON.stringify(without("event")))?.event).toBeUndefined();
  });

  test.each<keyof DeliverJob>(["v", "deliveryId", "scope", "eventId", "recipient", "ruleIds", "tries"])(
    "cannot be read without its %s",
    (field) => {
      expect(parseDeliverJob(JSON.stringify(without(field)))).toBeUndefined();
    },
  );

  test.each([
    ["another version", { v: 2 }],
    ["a delivery id of another form", { deliveryId: "x" }],
    ["a scope that cannot be", { scope: "aws" }],
    ["a recipient that is none", { recipient: "ada" }],
    ["two recipients", { recipient: "ada@acme.example,bob@acme.example" }],
    ["a recipient with a line break", { recipient: "ada@acme.example\r\nRCPT TO:<evil@x.example>" }],
    ["tries below zero", { tries: -1 }],
    ["half a try", { tries: 0.5 }],
    ["an event that is none", { event: { id: "x" } }],
    ["an event that is null", { event: null }],
  ])("cannot be read with %s", (_, different) => {
    expect(parseDeliverJob(JSON.stringify({ ...aJob(), ...different }))).toBeUndefined();
  });

  test("never makes reading throw", () => {
    const almost = fc
      .dictionary(fc.constantFrom(...Object.keys(aJob())), fc.jsonValue())
      .map((given) => JSON.stringify({ ...aJob(), ...given }));

    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), almost), (body) => {
        expect(() => parseDeliverJob(body)).not.toThrow();
      }),
    );
  });

  test("is small enough, with the biggest event it may carry, for ten of them in one request of 64 KiB", () => {
    const padding = MAX_INLINE_EVENT_CHARS - JSON.stringify(anEvent({ message: "" })).length;
    const job = aJob({ event: anEvent({ message: "x".repeat(padding) }) });

    expect(JSON.stringify(job.event)).toHaveLength(MAX_INLINE_EVENT_CHARS);
    expect(10 * Buffer.byteLength(JSON.stringify(job))).toBeLessThanOrEqual(64 * 1024);
  });

  test("is read with a permit of before permits told their rate, which is good at none", () => {
    const permit = { transportId: "one", at: "2026-11-20T12:00:00.000Z" };

    const read = parseDeliverJob(JSON.stringify({ ...aJob(), permit }));

    expect(read?.permit).toEqual({ ...permit, perMinute: 0 });
  });
});

test.each([
  { title: "an event", job: aJob(), expected: true },
  { title: "a digest", job: aJob({ kind: "digest" }), expected: true },
  { title: "a sample", job: aJob({ isTest: true, ruleIds: [] }), expected: true },
  { title: "a direct message", job: aJob({ kind: "message" }), expected: false },
  { title: "a notice", job: noticeJob(scopeOf("acme"), addressOf("ada@acme.example"), anEvent()), expected: false },
])("whether rules caused the mail of $title: $expected", ({ job, expected }) => {
  const read = parseDeliverJob(JSON.stringify(job));

  expect(read && isCausedByRules(read)).toBe(expected);
});
