import type { Entry } from "./content.ts";
import { type Html, html } from "./html.ts";
import { LIGHT, SIGNS } from "./palette.ts";
import { BREAKABLE, INSET, SANS } from "./styles.ts";

const title = ({ title: words, link }: Entry): Html =>
  link === undefined
    ? html`${words}`
    : html`<a class="link" href="${link}" target="_blank" rel="noopener" style="color:${LIGHT.link};text-decoration:underline">${words}</a>`;

const row = (entry: Entry): Html => {
  const { strong, onStrong } = LIGHT.tones[entry.severity];
  return html`
<tr>
<td valign="top" width="32" style="padding:7px 0"><table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td class="${entry.severity}-sign" bgcolor="${strong}" width="18" height="18" align="center" valign="middle" aria-hidden="true" style="width:18px;height:18px;border-radius:9px;background-color:${strong};color:${onStrong};${SANS};font-size:10px;line-height:18px;font-weight:700">${SIGNS[entry.severity]}</td></tr></table></td>
<td class="card" valign="top" style="padding:5px 0;color:${LIGHT.ink};${SANS};font-size:14px;line-height:20px;${BREAKABLE}">${title(entry)}<br><span class="muted" style="color:${LIGHT.muted};font-size:12px">${entry.note}</span></td>
</tr>`;
};

/** Several things below a line. */
export const entryList = (entries: readonly Entry[]): Html => html`
<tr><td style="padding:24px ${INSET} 0">
<table class="line" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;border-top:1px solid ${LIGHT.hairline}">
<tr><td width="32" height="10" style="height:10px;font-size:0;line-height:0">&nbsp;</td><td style="font-size:0;line-height:0">&nbsp;</td></tr>${entries.map(row)}
</table>
</td></tr>`;

/** A last line below everything. */
export const closingLine = (closing: string): Html => html`
<tr><td class="muted" style="padding:10px ${INSET} 0;color:${LIGHT.muted};${SANS};font-size:14px;line-height:20px;${BREAKABLE}">${closing}</td></tr>`;
