import type { Severity } from "../domain/severity.ts";
import type { Action } from "./action.ts";
import type { Content } from "./content.ts";
import { closingLine, entryList } from "./entry-list.ts";
import type { Fact } from "./facts.ts";
import { type Html, html } from "./html.ts";
import type { ButtonColors } from "./look.ts";
import { LIGHT, SIGNS } from "./palette.ts";
import { BREAKABLE, INSET, MONO, SANS } from "./styles.ts";

/** The coloured head of the card: a sign and the status word. */
const band = (severity: Severity, status: string): Html => {
  const { strong, onStrong, tint } = LIGHT.tones[severity];
  return html`
<tr><td class="${severity}-tint" bgcolor="${tint}" style="padding:16px ${INSET};background-color:${tint};border-radius:11px 11px 0 0">
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="${severity}-sign" bgcolor="${strong}" width="24" height="24" align="center" valign="middle" aria-hidden="true" style="width:24px;height:24px;border-radius:12px;background-color:${strong};color:${onStrong};${SANS};font-size:13px;line-height:24px;font-weight:700">${SIGNS[severity]}</td>
<td class="${severity}-tint" style="padding-left:10px;color:${strong};${SANS};font-size:15px;line-height:24px;font-weight:600;${BREAKABLE}">${status}</td>
</tr></table>
</td></tr>`;
};

const heading = (text: string): Html => html`
<tr><td style="padding:24px ${INSET} 0">
<h1 class="card" style="margin:0;color:${LIGHT.ink};${SANS};font-size:22px;line-height:30px;font-weight:600;${BREAKABLE}">${text}</h1>
</td></tr>`;

/**
 * The message as it was written. Errors and several lines are a program's output and keep their columns; a single line
 * is a person's. Line breaks are elements, because Outlook does not keep those of the text.
 */
const quote = (severity: Severity, message: string): Html => {
  const font = severity === "error" || message.includes("\n") ? `${MONO};font-size:13px` : `${SANS};font-size:14px`;
  const lines = message.split("\n").map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`));
  return html`
<tr><td style="padding:18px ${INSET} 0">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed"><tr>
<td class="quote" bgcolor="${LIGHT.page}" style="padding:12px 16px;border-radius:8px;background-color:${LIGHT.page};color:${LIGHT.ink};${font};line-height:20px;white-space:pre-wrap;${BREAKABLE}">${lines}</td>
</tr></table>
</td></tr>`;
};

/** The padding is the link's, so that all of the button is the target; Outlook, which ignores it, pads the cell. */
const button = ({ label, link }: Action, { background, ink }: ButtonColors): Html => html`
<tr><td style="padding:22px ${INSET} 0">
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="button" bgcolor="${background}" style="border-radius:8px;background-color:${background};mso-padding-alt:11px 22px"><a class="button" href="${link}" target="_blank" rel="noopener" style="display:inline-block;padding:11px 22px;border-radius:8px;background-color:${background};color:${ink};${SANS};font-size:15px;line-height:22px;font-weight:600;text-decoration:none">${label}</a></td>
</tr></table>
</td></tr>`;

const anchor = (value: string, link: string): Html =>
  html`<a class="link" href="${link}" target="_blank" rel="noopener" style="color:${LIGHT.link};text-decoration:underline">${value}</a>`;

const row = ({ label, value, link }: Fact): Html => html`
<tr>
<th class="muted" scope="row" align="left" valign="top" width="96" style="padding:5px 12px 5px 0;color:${LIGHT.muted};${SANS};font-size:14px;line-height:20px;font-weight:400;text-align:left;${BREAKABLE}">${label}</th>
<td class="card" valign="top" style="padding:5px 0;color:${LIGHT.ink};${SANS};font-size:14px;line-height:20px;${BREAKABLE}">${link === undefined ? value : anchor(value, link)}</td>
</tr>`;

/** Facts below a line. The first, empty row sets the width of the columns, which a fixed layout takes from it. */
const list = (facts: readonly Fact[]): Html => html`
<tr><td style="padding:24px ${INSET} 0">
<table class="line" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;border-top:1px solid ${LIGHT.hairline}">
<tr><td width="96" height="14" style="height:14px;font-size:0;line-height:0">&nbsp;</td><td style="font-size:0;line-height:0">&nbsp;</td></tr>${facts.map(row)}
</table>
</td></tr>`;

/** What is to be typed in somewhere: big, and every character by itself. */
const codeLine = (code: string): Html => html`
<tr><td style="padding:18px ${INSET} 0">
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="quote" bgcolor="${LIGHT.page}" style="padding:12px 20px;border-radius:8px;background-color:${LIGHT.page};color:${LIGHT.ink};${MONO};font-size:26px;line-height:34px;font-weight:600;letter-spacing:4px;${BREAKABLE}">${code}</td>
</tr></table>
</td></tr>`;

/** All that a mail says, as one table of the full width; what there is not is left out. */
export const card = (content: Content, colors: ButtonColors): Html => html`
<table class="card line" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${LIGHT.card}" style="table-layout:fixed;border-collapse:separate;background-color:${LIGHT.card};border:1px solid ${LIGHT.hairline};border-radius:12px">${partsOf(content, colors)}
<tr><td height="28" style="height:28px;font-size:0;line-height:0">&nbsp;</td></tr>
</table>`;

const partsOf = (content: Content, colors: ButtonColors): Html[] => {
  const { severity, status, headline, message, code, action, facts, details, entries = [], closing } = content;
  return [
    band(severity, status),
    heading(headline),
    ...(message === "" ? [] : [quote(severity, message)]),
    ...(code === undefined ? [] : [codeLine(code)]),
    ...(action === undefined ? [] : [button(action, colors)]),
    ...[facts, details].filter((some) => some.length > 0).map(list),
    ...(entries.length === 0 ? [] : [entryList(entries)]),
    ...(closing === undefined ? [] : [closingLine(closing)]),
  ];
};
