import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainRecipientDomain, isInDomains, parseRecipientDomain } from "../../shared/domain/recipient-domain.ts";
import { addressOf } from "../fakes/builders.ts";

describe("a domain that may be mailed", () => {
  test("is explained exactly when it is not one", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.string(),
          fc.domain().map((domain) => `*.${domain}`),
        ),
        (text) => {
          expect(parseRecipientDomain(text) === undefined).toBe(explainRecipientDomain(text) !== undefined);
        },
      ),
    );
  });

  test.each([
    { domains: [], address: "a@anywhere.example", allowed: true },
    { domains: ["acme.example"], address: "a@acme.example", allowed: true },
    { domains: ["acme.example"], address: "a@ACME.example", allowed: true },
    { domains: ["acme.example"], address: "a@eu.acme.example", allowed: false },
    { domains: ["*.acme.example"], address: "a@acme.example", allowed: false },
    { domains: ["*.acme.example"], address: "a@eu.acme.example", allowed: true },
    { domains: ["*.acme.example"], address: "a@x.eu.acme.example", allowed: true },
    { domains: ["*.acme.example"], address: "a@notacme.example", allowed: false },
    { domains: ["x.example", "acme.example"], address: "a@acme.example", allowed: true },
  ])("of $domains lets $address through: $allowed", ({ domains, address, allowed }) => {
    expect(isInDomains(addressOf(address), domains)).toBe(allowed);
  });
});
