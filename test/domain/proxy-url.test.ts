import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainProxyUrl, formatProxyUrl, PROXY_SCHEMES, parseProxyUrl } from "../../shared/domain/proxy-url.ts";

describe("proxy URL", () => {
  test("is read into the parts it was made of", () => {
    const address = fc.record({
      scheme: fc.constantFrom(...PROXY_SCHEMES),
      host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom("localhost", "proxy.acme.example")),
      port: fc.integer({ min: 1, max: 65_535 }),
    });

    fc.assert(
      fc.property(address, ({ scheme, host, port }) => {
        const expected = { scheme, host: host.toLowerCase(), port };
        expect(parseProxyUrl(formatProxyUrl({ scheme, host, port }))).toEqual(expected);
      }),
    );
  });

  test("is refused or kept in one spelling, and the refusal never repeats what was given", () => {
    const text = fc.oneof(
      fc.string(),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.tuple(fc.constantFrom(...PROXY_SCHEMES), fc.string()).map(([scheme, rest]) => `${scheme}://c4n4ry${rest}`),
    );

    fc.assert(
      fc.property(text, (url) => {
        const parsed = parseProxyUrl(url);
        const explained = explainProxyUrl(url);

        expect(explained === undefined).toBe(parsed !== undefined);
        if (parsed !== undefined) expect(parseProxyUrl(formatProxyUrl(parsed))).toEqual(parsed);
        expect(explained ?? "").not.toContain("c4n4ry");
      }),
    );
  });
});
