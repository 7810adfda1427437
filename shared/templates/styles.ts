import { SEVERITIES } from "../domain/severity.ts";
import { type Html, html } from "./html.ts";
import type { ButtonColors } from "./look.ts";
import { DARK } from "./palette.ts";

/** System fonts only. Outlook takes the first name it knows, so the Windows ones stand first. */
export const SANS = "font-family:Segoe UI,-apple-system,BlinkMacSystemFont,Roboto,Helvetica,Arial,sans-serif";
/** For what machines said: it keeps its columns. */
export const MONO = "font-family:Consolas,ui-monospace,SFMono-Regular,Menlo,monospace";

/** Lets words of any length break, so that no name or log line can widen the mail. */
export const BREAKABLE = "overflow-wrap:anywhere;word-break:break-word";

/** Space between the edge of the card and what is in it. */
export const INSET = "24px";

/** Two colours and their CSS class, which lets the dark style sheet replace them. */
const rule = (name: string, ink: string, background?: string): Html =>
  background === undefined
    ? html`.${name}{color:${ink}!important}`
    : html`.${name}{color:${ink}!important;background-color:${background}!important}`;

const darkRules: readonly Html[] = [
  rule("page", DARK.muted, DARK.page),
  rule("card", DARK.ink, DARK.card),
  rule("quote", DARK.ink, DARK.page),
  rule("muted", DARK.muted),
  rule("link", DARK.link),
  // What is drawn for a bright page, such as black letters on nothing, needs one here too.
  html`.logo{background-color:#ffffff!important;padding:6px 10px!important}`,
  html`.line{border-color:${DARK.hairline}!important}`,
  ...SEVERITIES.flatMap((severity) => {
    const { strong, onStrong, tint } = DARK.tones[severity];
    return [rule(`${severity}-tint`, strong, tint), rule(`${severity}-sign`, onStrong, strong)];
  }),
];

/**
 * What cannot stand inline: dark colours, and links that Apple's data detectors would paint blue. A mail is whole
 * without it; clients that drop it show the light colours.
 */
export const styleSheet = (darkButton: ButtonColors): Html => html`<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}
@media (prefers-color-scheme:dark){${darkRules}${rule("button", darkButton.ink, darkButton.background)}}
</style>`;
