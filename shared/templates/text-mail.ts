import type { Brand } from "../domain/brand.ts";
import type { RenderedMail } from "../domain/rendered-mail.ts";
import { frame } from "./document.ts";
import { type Html, html } from "./html.ts";
import { lookOf } from "./look.ts";
import { LIGHT } from "./palette.ts";
import { manyLines, oneLine } from "./printable.ts";
import { BREAKABLE, SANS } from "./styles.ts";

const MAX_SUBJECT_CHARS = 200;
const MAX_PREHEADER_CHARS = 140;
const NO_SUBJECT = "Message";

/**
 * The mail that says just a text, in its writer's own words: no heading, no footer. It never throws, whatever the text
 * holds.
 */
export const renderText = (words: Pick<RenderedMail, "subject" | "text">, brand?: Brand): RenderedMail => {
  const subject = oneLine(words.subject, MAX_SUBJECT_CHARS) || NO_SUBJECT;
  const text = manyLines(words.text, words.text.length);
  const preheader = oneLine(text, MAX_PREHEADER_CHARS);
  return { subject, html: frame({ subject, preheader, footer: [] }, lookOf(brand), page(text)), text: `${text}\n` };
};

const page = (text: string): Html => {
  const lines = text.split("\n");
  return html`
<table class="card line" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${LIGHT.card}" style="table-layout:fixed;border-collapse:separate;background-color:${LIGHT.card};border:1px solid ${LIGHT.hairline};border-radius:12px"><tr>
<td class="card" style="padding:24px;color:${LIGHT.ink};${SANS};font-size:15px;line-height:23px;white-space:pre-wrap;${BREAKABLE}">${lines.map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`))}</td>
</tr></table>`;
};
