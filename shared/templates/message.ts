import type { Brand } from "../domain/brand.ts";
import { type BuiltInMessage, isBuiltInMessage, type Message } from "../domain/message.ts";
import type { RenderedMail } from "../domain/rendered-mail.ts";
import { type Content, footerOf } from "./content.ts";
import { documentOf } from "./document.ts";
import { lookOf } from "./look.ts";
import { wordConfirmation } from "./messages/confirmation.ts";
import { wordInvitation } from "./messages/invitation.ts";
import type { WordMessage } from "./messages/message-words.ts";
import { wordNotice } from "./messages/notice.ts";
import { wordPasswordReset } from "./messages/password-reset.ts";
import { wordReport } from "./messages/report.ts";
import { plainTextOf } from "./plain-text.ts";
import { oneLine } from "./printable.ts";
import { restOf, shorten } from "./shorten.ts";

const MAX_SUBJECT_CHARS = 120;
const MAX_PREHEADER_CHARS = 140;

const WORDS: Readonly<Record<BuiltInMessage, WordMessage>> = {
  invitation: wordInvitation,
  confirmation: wordConfirmation,
  "password-reset": wordPasswordReset,
  report: wordReport,
};

/**
 * The mail of a direct message that has a template and no template of the tenant's own, or one that failed. It never
 * throws, whatever the message holds.
 */
export const renderMessage = (
  { id, scope, template = "message", data = {} }: Pick<Message, "id" | "scope" | "template" | "data">,
  brand?: Brand,
): RenderedMail => {
  const look = lookOf(brand);
  const word = isBuiltInMessage(template) ? WORDS[template] : wordNotice(template);
  const words = word(data, look);
  return shorten((listed) => {
    const content: Content = {
      ...words,
      severity: "info",
      subject: oneLine(words.subject, MAX_SUBJECT_CHARS),
      preheader: oneLine(words.message, MAX_PREHEADER_CHARS) || words.headline,
      facts: words.facts.slice(0, listed),
      details: [],
      closing: restOf(words.facts.length, listed) ?? words.closing,
      footer: footerOf(look, `You receive this because ${scope} sent it to your address.`, `message ${id}`),
    };
    return { subject: content.subject, html: documentOf(content, look), text: plainTextOf(content) };
  });
};
