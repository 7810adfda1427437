/** A colour as `#rrggbb`. */
const HEX_COLOR = /^#[0-9a-f]{6}$/i;

/** Whether a text is a colour as `#rrggbb`. */
export const isHexColor = (text: string): boolean => HEX_COLOR.test(text);

const linear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);

/** How bright a colour `#rrggbb` is, from 0 to 1 (WCAG 2.2, "relative luminance"). */
const luminance = (color: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(color.slice(at, at + 2), 16) / 255),
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** How well two colours `#rrggbb` can be told apart, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export const contrastOf = (one: string, other: string): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
};
