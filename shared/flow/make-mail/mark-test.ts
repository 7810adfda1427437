import type { RenderedMail } from "../../domain/rendered-mail.ts";

/** What the subject of a sample begins with. */
const MARK = "[Test] ";

/** What a sample says before everything else. */
const NOTICE = "This is a sample that an administrator asked for. Nothing has happened.";

const BANNER = `<div style="margin:0;padding:10px 16px;background-color:#fff3cd;color:#533f03;font-family:sans-serif;font-size:14px;line-height:20px;text-align:center">${NOTICE}</div>`;

/** The mail of a sample, which says in its subject and in its first line that it is one. */
export const markTest = ({ subject, html, text }: RenderedMail): RenderedMail => ({
  subject: `${MARK}${subject}`,
  // The HTML is ours or went through our sanitiser: its body begins once, with a tag that has no ">" in its attributes.
  html: /<body\b[^>]*>/i.test(html) ? html.replace(/<body\b[^>]*>/i, (tag) => `${tag}${BANNER}`) : `${BANNER}${html}`,
  text: `${NOTICE}\n\n${text}`,
});
