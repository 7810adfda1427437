import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayOf, deliveryIdOf, parseDeliveryId, timeOf } from "../../shared/domain/delivery.ts";
import { addressOf, NOW, tenantNamed } from "../fakes/builders.ts";

const ACME = tenantNamed("acme");
const ADA = addressOf("ada@acme.example");
const TIME = NOW.toISOString();

const moment = fc.date({
  min: new Date("2020-01-01T00:00:00Z"),
  max: new Date("2099-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

describe("a delivery id", () => {
  test("is the same for a replay", () => {
    expect(deliveryIdOf(ACME, "evt-1", ADA, TIME)).toBe(deliveryIdOf(ACME, "evt-1", ADA, TIME));
  });

  test.each([
    ["tenant", deliveryIdOf(tenantNamed("acme2"), "evt-1", ADA, TIME)],
    ["event", deliveryIdOf(ACME, "evt-2", ADA, TIME)],
    ["recipient", deliveryIdOf(ACME, "evt-1", addressOf("bob@acme.example"), TIME)],
    ["time", deliveryIdOf(ACME, "evt-1", ADA, "2026-11-20T12:00:00.001Z")],
  ])("differs with the %s", (_, other) => {
    expect(other).not.toBe(deliveryIdOf(ACME, "evt-1", ADA, TIME));
  });

  test("is the same however the recipient's address is capitalised: it is one mailbox", () => {
    expect(deliveryIdOf(ACME, "evt-1", addressOf("Ada@acme.example"), TIME)).toBe(
      deliveryIdOf(ACME, "evt-1", ADA, TIME),
    );
  });

  test("cannot be met by moving characters from one part to the next", () => {
    const id = deliveryIdOf(tenantNamed("a"), "b", addressOf("c@d.example"), TIME);

    expect(deliveryIdOf(tenantNamed("ab"), "", addressOf("c@d.example"), TIME)).not.toBe(id);
    expect(deliveryIdOf(tenantNamed("a"), "bc", addressOf("c@d.example"), TIME)).not.toBe(id);
  });

  test("begins with the moment, so that ids sort by time", () => {
    fc.assert(
      fc.property(moment, moment, fc.string(), fc.string(), (a, b, one, other) => {
        fc.pre(a.getTime() < b.getTime());

        expect(deliveryIdOf(ACME, one, ADA, a.toISOString()) < deliveryIdOf(ACME, other, ADA, b.toISOString())).toBe(
          true,
        );
      }),
    );
  });

  test("tells its moment and its day and is accepted when it comes back", () => {
    fc.assert(
      fc.property(moment, fc.string(), (time, eventId) => {
        const id = deliveryIdOf(ACME, eventId, ADA, time.toISOString());

        expect(timeOf(id)).toEqual(time);
        expect(dayOf(id)).toBe(time.toISOString().slice(0, 10));
        expect(parseDeliveryId(id)).toBe(id);
      }),
    );
  });

  test.each([
    "",
    "x",
    "20261120T120000000",
    "20261120T120000000-",
    "20261120T120000000-0123456789abcdef0123456789abcdeg",
    "20261120T120000000-0123456789ABCDEF0123456789ABCDEF",
    "20261120T120000000-0123456789abcdef0123456789abcdef0",
    "20261120T120000000-0123456789abcdef0123456789abcdef\n",
    " 20261120T120000000-0123456789abcdef0123456789abcdef",
    "2026-11-20T120000000-0123456789abcdef0123456789abcdef",
  ])("cannot be %j", (text) => {
    expect(parseDeliveryId(text)).toBeUndefined();
  });
});
