import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Brand } from "../../shared/domain/brand.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import { renderBuiltIn } from "../../shared/templates/built-in.ts";
import { contrastOf } from "../../shared/templates/contrast.ts";
import { lookOf, OWN_LOOK } from "../../shared/templates/look.ts";
import { DARK, LIGHT } from "../../shared/templates/palette.ts";
import { anyText } from "./hostile-event.ts";
import { readHtml } from "./read-html.ts";
import { sampleEvent } from "./sample-event.ts";

const brandOf = (different: Partial<Brand> = {}): Brand => ({ scope: "acme" as Scope, ...different });

const FULL = brandOf({
  name: "Acme Platform",
  logoUrl: "https://acme.example/logo.png?a=1&b=2",
  color: "#0055aa",
  footer: "Acme GmbH · Wien",
  locale: "de-AT",
  timezone: "Europe/Vienna",
});

const tagsOf = (brand: Brand | undefined) => readHtml(renderBuiltIn(sampleEvent(), brand).html).tags;

describe("a mail with a brand", () => {
  const mail = renderBuiltIn(sampleEvent(), FULL);

  test("names the brand instead of us, and has its footer line, in both parts", () => {
    for (const part of [readHtml(mail.html).text, mail.text]) {
      expect(part).toContain("Sent by Acme Platform · PipelineFailed · event evt-1");
      expect(part).toContain("Acme GmbH · Wien");
      expect(part).not.toContain("Tidings");
    }
  });

  test("says times in the brand's language and time zone", () => {
    for (const part of [readHtml(mail.html).text, mail.text]) {
      expect(part).toContain("20. Nov. 2026, 15:30:05 MEZ");
      expect(part).not.toContain("UTC");
    }
  });

  test("has the logo once, with the brand's name for those who do not see it and a height for those without CSS", () => {
    const pictures = tagsOf(FULL).filter(({ name }) => name === "img");

    expect(pictures).toHaveLength(1);
    expect(pictures[0]?.attributes).toMatchObject({
      src: "https://acme.example/logo.png?a=1&b=2",
      alt: "Acme Platform",
      height: "40",
    });
  });

  test("has the button in the brand's colour", () => {
    const [cell, link] = tagsOf(FULL).filter(({ attributes }) => attributes.class === "button");

    expect(cell?.attributes).toMatchObject({ bgcolor: "#0055aa" });
    expect(link?.attributes.style).toContain("background-color:#0055aa;color:#ffffff;");
  });
});

describe("a mail without a brand", () => {
  test("loads nothing from anywhere and looks like one with an empty brand", () => {
    expect(renderBuiltIn(sampleEvent(), brandOf())).toEqual(renderBuiltIn(sampleEvent()));
    expect(tagsOf(undefined).filter(({ attributes }) => "src" in attributes)).toEqual([]);
  });
});

describe("what cannot be used of a brand is left out", () => {
  test.each([
    ["a logo over http", { logoUrl: "http://acme.example/logo.png" }],
    ["a logo that is a script", { logoUrl: "javascript:alert(1)" }],
    ["a logo with a password", { logoUrl: "https://a:b@acme.example/logo.png" }],
    ["a colour that is a style", { color: "#000;display:none" }],
    ["a colour by name", { color: "red" }],
    ["a language that is none", { locale: "not a language!" }],
    ["a zone that is none", { timezone: "Mars/Olympus" }],
    ["a name that shows nothing", { name: "\u200b\u202e" }],
  ])("%s", (_, different) => {
    expect(renderBuiltIn(sampleEvent(), brandOf(different))).toEqual(renderBuiltIn(sampleEvent()));
  });

  test("and the rest of it is kept", () => {
    const mail = renderBuiltIn(sampleEvent(), brandOf({ locale: "x", timezone: "Asia/Tokyo", footer: "Yours" }));

    expect(mail.text).toContain("20 Nov 2026, 23:30:05 GMT+9");
    expect(mail.text).toContain("\nYours\n");
  });

  test("whatever it says, the mail is well-formed", () => {
    const anyBrand = fc.record({ name: anyText, logoUrl: anyText, color: anyText, footer: anyText, locale: anyText });

    fc.assert(
      fc.property(anyBrand, (brand) => {
        const { html, text } = renderBuiltIn(sampleEvent(), brandOf(brand));

        expect(() => readHtml(html)).not.toThrow();
        expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });
});

describe("the button of any colour", () => {
  const anyColor = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);

  test("can be read, and in the dark be seen", () => {
    fc.assert(
      fc.property(anyColor, (color) => {
        const { button, darkButton } = lookOf(brandOf({ color }));

        expect(button.background).toBe(color);
        for (const one of [button, darkButton]) {
          expect(contrastOf(one.ink, one.background)).toBeGreaterThanOrEqual(4.5);
        }
        expect(contrastOf(darkButton.background, DARK.card)).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is our own in the dark when the brand's would not be seen there", () => {
    expect(lookOf(brandOf({ color: "#101820" })).darkButton).toEqual(OWN_LOOK.darkButton);
    expect(renderBuiltIn(sampleEvent(), brandOf({ color: "#101820" })).html).toContain(
      `.button{color:${DARK.onButton}!important;background-color:${DARK.button}!important}`,
    );
  });

  test.each([
    ["#000000", "#ffffff", 21],
    ["#ffffff", "#ffffff", 1],
    ["#777777", "#ffffff", 4.48],
    [LIGHT.link, LIGHT.card, 6.29],
  ])("is judged by the contrast ratio of WCAG: %s on %s", (one, other, ratio) => {
    expect(contrastOf(one, other)).toBeCloseTo(ratio, 1);
    expect(contrastOf(other, one)).toBe(contrastOf(one, other));
  });
});
