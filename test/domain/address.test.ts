import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressKey, explainAddress, parseAddress, parseAddressList } from "../../shared/domain/address.ts";

const octets = (count: number): string => "a".repeat(count);
const domainOf = (count: number): string => `${`${octets(59)}.`.repeat(4)}${octets(count - 240)}`;

describe("an address is accepted", () => {
  const ordinary = [
    "ada@example.org",
    "ada.lovelace@example.org",
    "ada+build@example.org",
    "o'brien@example.org",
    "a@b.co",
    "1@2.example",
    "_@example.org",
    "-@example.org",
    "!#$%&'*+/=?^_`{|}~-@example.org",
    "user%relay@example.org",
    "a@xn--mnchen-3ya.de",
    "a@sub.sub.sub.sub.example.org",
    "a@ex-am--ple.org",
    "a@1.2.3.example",
    "a@example.x1",
    `${octets(64)}@example.org`,
    `a@${octets(63)}.example`,
    `a@${domainOf(252)}`,
  ];
  test.each(ordinary)("%s as it is", (text) => {
    expect(parseAddress(text)).toBe(text);
    expect(explainAddress(text)).toBeUndefined();
  });

  test.each([
    ["blanks around it are dropped", " \tada@example.org ", "ada@example.org"],
    ["the domain becomes lower-case", "Ada@EXAMPLE.Org", "Ada@example.org"],
    ["an international domain becomes ASCII", "ada@MÜNCHEN.de", "ada@xn--mnchen-3ya.de"],
    ["a decomposed letter is the same as a composed one", "ada@mu\u0308nchen.de", "ada@xn--mnchen-3ya.de"],
    ["ideographic full stops are dots", "ada@例え。jp", "ada@xn--r8jz45g.jp"],
  ])("and normalised: %s", (_, text, parsed) => {
    expect(parseAddress(text)).toBe(parsed);
  });
});

describe("an address is refused, and the reason says what would be right", () => {
  test.each([
    ["nothing", "", /exactly one "@"/],
    ["only blanks", "   ", /exactly one "@"/],
    ["no at sign", "ada.example.org", /exactly one "@"/],
    ["two at signs", "a@b@example.org", /exactly one "@"/],
    ["a quoted at sign", '"a@b"@example.org', /exactly one "@"/],
    ["a full-width at sign", "ada＠example.org", /exactly one "@"/],
    ["no local part", "@example.org", /name before/],
    ["a leading dot", ".ada@example.org", /single dots/],
    ["a trailing dot", "ada.@example.org", /single dots/],
    ["two dots in a row", "a..b@example.org", /single dots/],
    ["a quoted local part", '"ada"@example.org', /single dots/],
    ["a comment", "ada(x)@example.org", /single dots/],
    ["an escape", "a\\b@example.org", /single dots/],
    ["a blank inside", "a da@example.org", /single dots/],
    ["a display name", "Ada <ada@example.org>", /single dots/],
    ["angle brackets", "<ada@example.org>", /single dots/],
    ["a scheme", "mailto:ada@example.org", /single dots/],
    ["a list", "a,ada@example.org", /single dots/],
    ["a semicolon", "a;ada@example.org", /single dots/],
    ["a group", "team:ada@example.org", /single dots/],
    ["a line break before the at sign", "a\r\nda@example.org", /single dots/],
    ["a null character", "a\0@example.org", /single dots/],
    ["a local part beyond ASCII", "åda@example.org", /plain ASCII/],
    ["an invisible character in the local part", "a\u200bda@example.org", /plain ASCII/],
    ["a long local part", `${octets(65)}@example.org`, /64 characters/],
    ["no domain", "ada@", /domain after the "@" must/],
    ["a domain of one label", "ada@localhost", /two parts/],
    ["an address literal", "ada@[127.0.0.1]", /domain after the "@" must/],
    ["an IPv6 literal", "ada@[IPv6:::1]", /domain after the "@" must/],
    ["an IPv4 address", "ada@127.0.0.1", /top-level domain/],
    ["an IPv4 address in circled digits", "ada@①.①.①.①", /top-level domain/],
    ["an IPv4 address in hexadecimal", "ada@127.0x1", /top-level domain/],
    ["a numeric top-level domain", "ada@example.123", /top-level domain/],
    ["a leading dot in the domain", "ada@.example.org", /between its dots/],
    ["a trailing dot in the domain", "ada@example.org.", /between its dots/],
    ["two dots in the domain", "ada@example..org", /between its dots/],
    ["a leading hyphen", "ada@-example.org", /between its dots/],
    ["a trailing hyphen", "ada@example-.org", /between its dots/],
    ["an underscore in the domain", "ada@exam_ple.org", /letters, digits/],
    ["a long label", `ada@${octets(64)}.org`, /between its dots/],
    ["a long domain", `a@${domainOf(254)}`, /at most 253/],
    ["a long address", `aa@${domainOf(252)}`, /at most 254/],
    ["a trailing line break", "ada@example.org\r\n", /letters, digits/],
    ["a command behind it", "ada@example.org\r\nRCPT TO:<eve@example.net>", /exactly one/],
    ["a header behind it", "ada@example.org\r\nBcc: eve", /letters, digits/],
    ["a bracket behind it", "ada@example.org>", /letters, digits/],
    ["a path behind it", "ada@example.org/x", /letters, digits/],
    ["a port behind it", "ada@example.org:25", /letters, digits/],
    ["a comment in the domain", "ada@example.org(x)", /letters, digits/],
    ["an encoded domain", "ada@ex%61mple.org", /letters, digits/],
    ["a zero-width joiner in the domain", "ada@exam\u200dple.org", /letters, digits/],
    ["a soft hyphen in the domain", "ada@exam\u00adple.org", /letters, digits/],
    ["a right-to-left override", "ada@example\u202e.org", /letters, digits/],
    ["a full-width slash in the domain", "ada@example\uff0f.org", /domain after the "@" must/],
    ["a lone surrogate in the domain", "ada@\ud800.org", /letters, digits/],
  ])("%s", (_, text, reason) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(explainAddress(text)).toMatch(reason);
  });
});

describe("every accepted address", () => {
  const nasty = fc.constantFrom(
    "@",
    ".",
    "-",
    "\r\n",
    "\0",
    "<",
    ">",
    ",",
    ";",
    ":",
    " ",
    '"',
    "\\",
    "ü",
    "。",
    "＠",
    "%",
    "[",
    "xn--",
  );
  const anything = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.emailAddress(),
    fc.tuple(fc.string(), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
    fc
      .array(fc.oneof(nasty, fc.constantFrom("ada", "example", "org")), { maxLength: 9 })
      .map((parts) => parts.join("")),
  );

  test("is safe on the wire, within the limits and equal to its own re-parse", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const parsed = parseAddress(text);

        expect(parsed === undefined).toBe(explainAddress(text) !== undefined);
        if (parsed === undefined) return;
        expect(parsed).toMatch(/^[!-~]+$/);
        expect(parsed).not.toMatch(/[<>,;:()"\\[\]]/);
        expect(parsed.split("@")).toHaveLength(2);
        expect(parsed.length).toBeLessThanOrEqual(254);
        expect(parseAddress(parsed)).toBe(parsed);
      }),
      { numRuns: 3000 },
    );
  });

  test("can be any address of ordinary form", () => {
    const word = fc.stringMatching(/^[a-z0-9+_-]{1,16}$/);
    const label = fc.stringMatching(/^[a-z0-9]{1,20}$/);
    const ordinary = fc
      .tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.array(label, { minLength: 1, maxLength: 4 }))
      .map(([words, labels]) => `${words.join(".")}@${labels.join(".")}.org`);

    fc.assert(
      fc.property(ordinary, (text) => {
        expect(parseAddress(text)).toBe(text);
      }),
    );
  });
});

test("the key of an address is the same for every spelling of the mailbox", () => {
  const keys = ["Ada@Example.org", "ada@example.ORG", " ADA@EXAMPLE.ORG"].flatMap((text) => {
    const address = parseAddress(text);
    return address === undefined ? [] : [addressKey(address)];
  });

  expect(keys).toEqual(["ada@example.org", "ada@example.org", "ada@example.org"]);
});

describe("a list of addresses", () => {
  test.each([
    ["an empty text", "", []],
    ["one", "a@x.org", ["a@x.org"]],
    ["several, with blanks and line breaks", " a@x.org ,b@y.org,\r\n\tc@z.org\n", ["a@x.org", "b@y.org", "c@z.org"]],
    ["a trailing comma", "a@x.org, b@y.org, ", ["a@x.org", "b@y.org"]],
  ])("is read: %s", (_, text, addresses) => {
    expect(parseAddressList(text)).toEqual({ addresses, issues: [] });
  });

  test("names every bad part by position and keeps the good ones", () => {
    const list = parseAddressList("a@x.org,, b@, c@z.org, d@w\r\nBcc: e@v.org");

    expect(list.addresses).toEqual(["a@x.org", "c@z.org"]);
    expect(list.issues).toEqual([
      { path: "[1]", message: "is empty: remove the extra comma" },
      { path: "[2]", message: expect.stringMatching(/^"b@" is not an e-mail address: the domain/) },
      {
        path: "[4]",
        message: expect.stringMatching(/^"d@w\\r\\nBcc: e@v.org" is not an e-mail address: must have exactly one/),
      },
    ]);
  });

  test("gives exactly the addresses that were joined", () => {
    const address = fc.stringMatching(/^[a-z]{1,8}@[a-z]{1,8}\.org$/);

    fc.assert(
      fc.property(fc.array(address, { maxLength: 20 }), fc.constantFrom(",", ", ", " ,\n"), (addresses, comma) => {
        expect(parseAddressList(addresses.join(comma))).toEqual({ addresses, issues: [] });
      }),
    );
  });
});
