import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GivenSecurity, resolveSecurity } from "../../../shared/contracts/bodies/security-switches.ts";
import { SECURITIES } from "../../../shared/domain/security.ts";

describe("security", () => {
  test.each<{ given: GivenSecurity; port: number; security: string }>([
    { given: {}, port: 465, security: "implicit" },
    { given: {}, port: 587, security: "starttls" },
    { given: {}, port: 25, security: "starttls" },
    { given: { security: "none" }, port: 465, security: "none" },
    { given: { useSSL: true }, port: 465, security: "implicit" },
    { given: { useSSL: true }, port: 25, security: "implicit" },
    { given: { useSSL: true, startTLS: false }, port: 587, security: "implicit" },
    { given: { useSSL: false, startTLS: true }, port: 25, security: "starttls" },
    { given: { useSSL: false, startTLS: false }, port: 587, security: "starttls" },
    { given: { enableTls: true }, port: 587, security: "starttls" },
    { given: { enableTls: true, protocol: "smtp" }, port: 587, security: "starttls" },
    { given: { enableTls: true, protocol: "smtps" }, port: 465, security: "implicit" },
    { given: { enableTls: false, protocol: "smtp" }, port: 25, security: "starttls" },
    { given: { protocol: "smtps" }, port: 2465, security: "implicit" },
    { given: { protocol: "SMTPS" }, port: 465, security: "implicit" },
    { given: { protocol: "SMTP" }, port: 2525, security: "starttls" },
    { given: { secure: true }, port: 465, security: "implicit" },
    { given: { secure: true }, port: 2465, security: "implicit" },
    { given: { secure: true }, port: 587, security: "starttls" },
    { given: { secure: true }, port: 25, security: "starttls" },
    { given: { secure: true }, port: 2525, security: "starttls" },
    { given: { secure: false }, port: 25, security: "opportunistic" },
    { given: { secure: false }, port: 587, security: "opportunistic" },
    { given: { secure: false, startTLS: true }, port: 587, security: "starttls" },
    { given: { secure: false, security: "none" }, port: 25, security: "none" },
    { given: { secure: true, startTLS: true }, port: 587, security: "starttls" },
    { given: { security: "implicit", useSSL: true, protocol: "smtps" }, port: 465, security: "implicit" },
  ])("is $security for $given on port $port", ({ given, port, security }) => {
    expect(resolveSecurity(given, port)).toBe(security);
  });

  test.each<{ given: GivenSecurity; port?: number; path: string; message: string }>([
    {
      given: { useSSL: true, startTLS: true },
      path: "startTLS",
      message:
        'contradicts useSSL: startTLS true means security "starttls", but useSSL true means security "implicit"; keep the one that is meant',
    },
    {
      given: { security: "none", useSSL: true },
      path: "useSSL",
      message:
        'contradicts security: useSSL true means security "implicit", but security "none" is given; keep the one that is meant',
    },
    {
      given: { useSSL: true, secure: false },
      path: "secure",
      message:
        'contradicts useSSL: secure false means security "opportunistic", but useSSL true means security "implicit"; keep the one that is meant',
    },
    {
      given: { startTLS: true, protocol: "smtps" },
      path: "protocol",
      message:
        'contradicts startTLS: protocol "smtps" means security "implicit", but startTLS true means security "starttls"; keep the one that is meant',
    },
    {
      given: { enableTls: true, useSSL: true },
      path: "enableTls",
      message:
        'contradicts useSSL: enableTls true means security "starttls", but useSSL true means security "implicit"; keep the one that is meant',
    },
    {
      given: { useSSL: true, secure: true },
      port: 587,
      path: "secure",
      message:
        'contradicts useSSL: secure true means security "starttls", but useSSL true means security "implicit"; keep the one that is meant',
    },
  ])("is not guessed from $given", ({ given, port = 465, path, message }) => {
    expect(resolveSecurity(given, port)).toEqual([{ path, message }]);
  });

  test("is what was given, or a contradiction, whatever stands beside it", () => {
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const switches = fc.record({
      useSSL: optional(fc.boolean()),
      startTLS: optional(fc.boolean()),
      enableTls: optional(fc.boolean()),
      secure: optional(fc.boolean()),
      protocol: optional(fc.constantFrom("smtp" as const, "smtps" as const)),
    });

    fc.assert(
      fc.property(
        switches,
        fc.constantFrom(...SECURITIES),
        fc.integer({ min: 1, max: 65_535 }),
        (given, security, port) => {
          const resolved = resolveSecurity({ ...given, security }, port);

          if (typeof resolved === "string") expect(resolved).toBe(security);
          else expect(resolved.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
