import { describe, expect, test } from "vitest";
import { SEVERITIES } from "../../shared/domain/severity.ts";
import { DARK, LIGHT, type Scheme } from "../../shared/templates/palette.ts";

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (one: string, other: string): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
};

/** Every pair of colours that carries text. */
const pairsOf = (scheme: Scheme): [string, string, string][] => [
  ["text", scheme.ink, scheme.card],
  ["quoted text", scheme.ink, scheme.page],
  ["labels", scheme.muted, scheme.card],
  ["the footer", scheme.muted, scheme.page],
  ["links", scheme.link, scheme.card],
  ["the button", scheme.onButton, scheme.button],
  ...SEVERITIES.flatMap((severity): [string, string, string][] => {
    const { strong, onStrong, tint } = scheme.tones[severity];
    return [
      [`the sign of ${severity}`, onStrong, strong],
      [`the status word of ${severity}`, strong, tint],
    ];
  }),
];

describe.each([
  { title: "light", scheme: LIGHT },
  { title: "dark", scheme: DARK },
])("the $title scheme", ({ scheme }) => {
  test.each(pairsOf(scheme))("has enough contrast for %s", (_, ink, background) => {
    expect(contrast(ink, background)).toBeGreaterThanOrEqual(4.5);
  });
});
