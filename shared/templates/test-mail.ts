import type { RenderedMail } from "../domain/rendered-mail.ts";
import type { Content } from "./content.ts";
import { documentOf } from "./document.ts";
import { plainTextOf } from "./plain-text.ts";
import { manyLines, oneLine } from "./printable.ts";

const SUBJECT = "Tidings: test of your mail settings";
const BODY = "Your mail settings work: this mail was sent with them.";
const MAX_SUBJECT_CHARS = 120;
const MAX_BODY_CHARS = 4_000;

/** The mail that a connection test sends, in the caller's words or in our own. */
export const renderTestMail = (words: {
  readonly subject?: string | undefined;
  readonly body?: string | undefined;
}): RenderedMail => {
  const message = manyLines(words.body ?? BODY, MAX_BODY_CHARS);
  const content: Content = {
    severity: "info",
    subject: oneLine(words.subject ?? SUBJECT, MAX_SUBJECT_CHARS),
    preheader: oneLine(message, MAX_SUBJECT_CHARS),
    status: "Test",
    headline: "Test of your mail settings",
    message,
    action: undefined,
    facts: [],
    details: [],
    footer: ["You receive this because an administrator tested mail settings and gave your address."],
  };
  return { subject: content.subject, html: documentOf(content), text: plainTextOf(content) };
};
