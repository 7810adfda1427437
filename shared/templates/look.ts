import type { Brand } from "../domain/brand.ts";
import { contrastOf, isHexColor } from "./contrast.ts";
import { DARK, LIGHT } from "./palette.ts";
import { oneLine } from "./printable.ts";
import { type InstantWords, instantWords, instantWordsIn } from "./time-words.ts";
import { webLink } from "./web-link.ts";

/** The colours of a button and of the words on it. */
export interface ButtonColors {
  readonly background: string;
  readonly ink: string;
}

/** How mails look and speak: what a brand says, checked, and our own ways for what it leaves out. */
export interface Look {
  /** Whoever the mails are said to come from. */
  readonly name: string;
  /** A checked https address. */
  readonly logoUrl: string | undefined;
  readonly button: ButtonColors;
  /** For readers who prefer dark. */
  readonly darkButton: ButtonColors;
  /** A line below every mail; empty when there is none. */
  readonly footer: string;
  readonly instantWords: InstantWords;
}

const MAX_NAME_CHARS = 100;
const MAX_FOOTER_CHARS = 300;

/** Least contrast of text (WCAG 2.2, 1.4.3 AA). */
const READABLE = 4.5;

/** Least contrast of a thing that must be seen to be used (WCAG 2.2, 1.4.11). */
const VISIBLE = 3;

/** Inks for words on a colour, the preferred one first. One of the two can be read on any colour. */
const INKS = ["#ffffff", "#000000"];

/** How mails look without a brand. */
export const OWN_LOOK: Look = {
  name: "Tidings",
  logoUrl: undefined,
  button: { background: LIGHT.button, ink: LIGHT.onButton },
  darkButton: { background: DARK.button, ink: DARK.onButton },
  footer: "",
  instantWords,
};

/** How the mails of a brand look. What cannot be used of it is left out: a mail never fails for its looks. */
export const lookOf = (brand: Brand | undefined): Look => {
  if (brand === undefined) return OWN_LOOK;
  const button = buttonIn(brand.color) ?? OWN_LOOK.button;
  return {
    name: oneLine(brand.name ?? "", MAX_NAME_CHARS) || OWN_LOOK.name,
    logoUrl: brand.logoUrl?.startsWith("https://") ? webLink(brand.logoUrl) : undefined,
    button,
    darkButton: contrastOf(button.background, DARK.card) >= VISIBLE ? button : OWN_LOOK.darkButton,
    footer: oneLine(brand.footer ?? "", MAX_FOOTER_CHARS),
    instantWords: instantWordsIn(brand.locale, brand.timezone),
  };
};

const buttonIn = (color: string | undefined): ButtonColors | undefined => {
  if (color === undefined || !isHexColor(color)) return undefined;
  const ink = INKS.find((one) => contrastOf(one, color) >= READABLE);
  return ink === undefined ? undefined : { background: color, ink };
};
