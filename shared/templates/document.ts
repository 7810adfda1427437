import { card } from "./card.ts";
import type { Content } from "./content.ts";
import { type Html, html, toMarkup } from "./html.ts";
import { type Look, OWN_LOOK } from "./look.ts";
import { LIGHT } from "./palette.ts";
import { BREAKABLE, INSET, SANS, styleSheet } from "./styles.ts";

const unsubscribeLine = (url: string): Html =>
  footerLine(
    html`<a class="muted" href="${url}" target="_blank" rel="noopener" style="color:${LIGHT.muted};text-decoration:underline">Unsubscribe</a>`,
  );

const footerLine = (line: string | Html): Html => html`
<p class="muted" style="margin:0 0 4px;color:${LIGHT.muted};${SANS};font-size:12px;line-height:18px;${BREAKABLE}">${line}</p>`;

/** A column of at most 600 px in the middle. Outlook for Windows knows no greatest width: it gets a table of its own. */
const column = (content: Html): Html => html`
<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<div style="max-width:600px;margin:0 auto">${content}
</div>
<!--[if mso]></td></tr></table><![endif]-->`;

/** Outlook scales a picture by its `height` attribute only, and knows no greatest width. */
const logo = ({ logoUrl, name }: Look): Html =>
  logoUrl === undefined
    ? html``
    : html`
<div style="padding:0 ${INSET} 18px"><img class="logo" src="${logoUrl}" alt="${name}" height="40" style="display:block;height:40px;width:auto;max-width:100%;border:0;border-radius:6px;object-fit:contain;object-position:left;color:${LIGHT.ink};${SANS};font-size:18px;line-height:40px;font-weight:600"></div>`;

/** What a document says around its body. */
export interface Frame {
  readonly subject: string;
  readonly preheader: string;
  readonly footer: readonly string[];
  /** By which the reader unsubscribes. */
  readonly unsubscribeUrl?: string | undefined;
}

/** A complete HTML document of tables and inline styles, which every mail client understands, around a body. */
export const frame = ({ subject, preheader, footer, unsubscribeUrl }: Frame, look: Look, body: Html): string =>
  toMarkup(html`<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${subject}</title>
${styleSheet(look.darkButton)}
</head>
<body class="page" bgcolor="${LIGHT.page}" style="margin:0;padding:0;background-color:${LIGHT.page}">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;opacity:0">${preheader}</div>
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${LIGHT.page}" style="background-color:${LIGHT.page}"><tr>
<td align="center" style="padding:24px 12px 32px;text-align:left">${column(html`${logo(look)}${body}
<div style="padding:18px ${INSET} 0">${footer.map(footerLine)}${unsubscribeUrl && unsubscribeLine(unsubscribeUrl)}
</div>`)}
</td></tr></table>
</body>
</html>
`);

/** The content as a complete HTML document. */
export const documentOf = (content: Content, look: Look = OWN_LOOK): string =>
  frame(content, look, card(content, look.button));
