import { card } from "./card.ts";
import type { Content } from "./content.ts";
import { type Html, html, toMarkup } from "./html.ts";
import { LIGHT } from "./palette.ts";
import { BREAKABLE, INSET, SANS, STYLE_SHEET } from "./styles.ts";

const footerLine = (line: string): Html => html`
<p class="muted" style="margin:0 0 4px;color:${LIGHT.muted};${SANS};font-size:12px;line-height:18px;${BREAKABLE}">${line}</p>`;

/** A column of at most 600 px in the middle. Outlook for Windows knows no greatest width: it gets a table of its own. */
const column = (content: Html): Html => html`
<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<div style="max-width:600px;margin:0 auto">${content}
</div>
<!--[if mso]></td></tr></table><![endif]-->`;

/** The content as a complete HTML document of tables and inline styles, which every mail client understands. */
export const documentOf = (content: Content): string =>
  toMarkup(html`<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${content.subject}</title>
${STYLE_SHEET}
</head>
<body class="page" bgcolor="${LIGHT.page}" style="margin:0;padding:0;background-color:${LIGHT.page}">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;opacity:0">${content.preheader}</div>
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${LIGHT.page}" style="background-color:${LIGHT.page}"><tr>
<td align="center" style="padding:24px 12px 32px;text-align:left">${column(html`${card(content)}
<div style="padding:18px ${INSET} 0">${content.footer.map(footerLine)}
</div>`)}
</td></tr></table>
</body>
</html>
`);
