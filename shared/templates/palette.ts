import type { Severity } from "../domain/severity.ts";

/** Colours that say how much a mail matters. `onStrong` is read on `strong`; `strong` and ink are read on `tint`. */
export interface Tone {
  readonly strong: string;
  readonly onStrong: string;
  readonly tint: string;
}

/** The colours of a mail, light or dark. Every pair that carries text has a contrast of 4.5:1 or more (WCAG 2.2 AA). */
export interface Scheme {
  readonly page: string;
  readonly card: string;
  readonly ink: string;
  readonly muted: string;
  readonly hairline: string;
  readonly link: string;
  readonly button: string;
  readonly onButton: string;
  readonly tones: Readonly<Record<Severity, Tone>>;
}

/** The colours written inline, so that a client which drops style sheets still has them. */
export const LIGHT: Scheme = {
  page: "#f2f4f6",
  card: "#ffffff",
  ink: "#1b2027",
  muted: "#5a6472",
  hairline: "#e4e8ec",
  link: "#1a5fb4",
  button: "#1b2027",
  onButton: "#ffffff",
  tones: {
    info: { strong: "#1a5fb4", onStrong: "#ffffff", tint: "#edf4fc" },
    success: { strong: "#156c37", onStrong: "#ffffff", tint: "#eaf6ee" },
    warning: { strong: "#8a5100", onStrong: "#ffffff", tint: "#fdf4e1" },
    error: { strong: "#b3261e", onStrong: "#ffffff", tint: "#fdf0ef" },
  },
};

/** The colours for readers who prefer dark, given by a media query. */
export const DARK: Scheme = {
  page: "#101317",
  card: "#191d23",
  ink: "#e9ecef",
  muted: "#a3acb8",
  hairline: "#2c323b",
  link: "#8fbcf5",
  button: "#e9ecef",
  onButton: "#191d23",
  tones: {
    info: { strong: "#8fbcf5", onStrong: "#0e1a29", tint: "#1a2737" },
    success: { strong: "#83d09d", onStrong: "#0c1f14", tint: "#182b20" },
    warning: { strong: "#eebd6a", onStrong: "#251803", tint: "#30271a" },
    error: { strong: "#f5a39c", onStrong: "#2b0d0b", tint: "#351f1f" },
  },
};

/** A sign per severity beside its colour, for those who do not see the colour. None of them has an emoji form. */
export const SIGNS: Readonly<Record<Severity, string>> = { info: "i", success: "✓", warning: "!", error: "✕" };
