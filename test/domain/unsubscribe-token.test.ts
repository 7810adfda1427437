import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../shared/domain/address.ts";
import {
  linkKeyOf,
  openSubscription,
  type Subscription,
  sealSubscription,
} from "../../shared/domain/unsubscribe-token.ts";
import { addressOf, tenantNamed } from "../fakes/builders.ts";

const KEY = linkKeyOf("a secret of this installation, long enough for anybody");

const ADA = { tenant: tenantNamed("acme"), address: addressOf("Ada+ci@acme.example") };

const subscriptions: fc.Arbitrary<Subscription> = fc
  .record({ tenant: fc.constantFrom("acme", "a", "x".repeat(40), "0-1").map(tenantNamed), text: fc.emailAddress() })
  .filter(({ text }) => parseAddress(text) !== undefined)
  .map(({ tenant, text }) => ({ tenant, address: addressOf(text) }));

describe("the token of a subscription", () => {
  test("is opened by the key that sealed it, and says again exactly what it was made of", () => {
    fc.assert(
      fc.property(subscriptions, (subscription) => {
        expect(openSubscription(KEY, sealSubscription(KEY, subscription))).toEqual(subscription);
      }),
    );
  });

  test("is the same whenever it is made, and another one for everybody else", () => {
    fc.assert(
      fc.property(subscriptions, subscriptions, (one, other) => {
        const [first, second] = [sealSubscription(KEY, one), sealSubscription(KEY, other)];

        expect(first === second).toBe(one.tenant === other.tenant && one.address === other.address);
        expect(sealSubscription(KEY, one)).toBe(first);
      }),
    );
  });

  test("has only characters that no link, header or template changes, and shows neither tenant nor address", () => {
    fc.assert(
      fc.property(subscriptions, (subscription) => {
        const token = sealSubscription(KEY, subscription);

        expect(token).toMatch(/^[\w-]+$/);
        const seen = `${token} ${Buffer.from(token, "base64url").toString("latin1")}`.toLowerCase();
        expect(seen).not.toContain(subscription.address.toLowerCase());
        expect(seen).not.toContain(subscription.address.toLowerCase().split("@")[1]);
      }),
    );
  });

  test("stays short: below 150 characters for an address of 60, and within what is read for the longest", () => {
    const usual = { ...ADA, address: addressOf(`${"a".repeat(40)}@${"b".repeat(15)}.com`) };
    const longest = { tenant: tenantNamed("t".repeat(40)), address: addressOf(`${"a".repeat(64)}@${longDomain(189)}`) };

    expect(sealSubscription(KEY, usual).length).toBeLessThan(150);
    expect(longest.address).toHaveLength(254);
    expect(openSubscription(KEY, sealSubscription(KEY, longest))).toEqual(longest);
  });

  test("is not opened by another key", () => {
    expect(openSubscription(linkKeyOf("another secret"), sealSubscription(KEY, ADA))).toBeUndefined();
  });

  test("is not opened when any bit of it is changed", () => {
    const bytes = Buffer.from(sealSubscription(KEY, ADA), "base64url");

    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openSubscription(KEY, changed.toString("base64url"))).toBeUndefined();
    }
  });

  test("is not opened when it is cut, lengthened or spelt in another way", () => {
    const token = sealSubscription(KEY, ADA);

    for (let length = 0; length < token.length; length += 1) {
      expect(openSubscription(KEY, token.slice(0, length))).toBeUndefined();
    }
    for (const wrong of [
      `${token}A`,
      `${token}=`,
      ` ${token}`,
      `${token} `,
      `${token.slice(0, 9)}.${token.slice(9)}`,
    ]) {
      expect(openSubscription(KEY, wrong)).toBeUndefined();
    }
  });

  test("is not made of garbage, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 800 }),
          fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
          fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from([1, ...bytes]).toString("base64url")),
        ),
        (text) => {
          expect(openSubscription(KEY, text)).toBeUndefined();
        },
      ),
    );
  });

  test("is for a tenant: the operator has no list to put an address on", () => {
    expect(openSubscription(KEY, sealSubscription(KEY, { ...ADA, tenant: tenantNamed("system") }))).toBeUndefined();
  });
});

/** A domain of so many characters, in labels of at most 63. */
const longDomain = (length: number): string => {
  const labels = "d".repeat(length - 8).replaceAll(/.{60}/g, (label) => `${label.slice(1)}.`);
  return `${labels}${"e".repeat(length - 8 - labels.length)}.example`;
};
