import type { Brand } from "../domain/brand.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { RenderedMail } from "../domain/rendered-mail.ts";
import { contentOf } from "./content.ts";
import { documentOf } from "./document.ts";
import { lookOf } from "./look.ts";
import { plainTextOf } from "./plain-text.ts";

/**
 * The mail for an event when its scope has no template of its own, or has one that failed. It never throws, whatever
 * the event holds: all its data is taken as hostile text. The HTML stays below the 102 kB at which Gmail cuts.
 * @param unsubscribeUrl by which its recipient unsubscribes; absent from mails that nobody can unsubscribe from.
 */
export const renderBuiltIn = (event: PipelineEvent, brand?: Brand, unsubscribeUrl?: string): RenderedMail => {
  const look = lookOf(brand);
  const content = { ...contentOf(event, look), unsubscribeUrl };
  return { subject: content.subject, html: documentOf(content, look), text: plainTextOf(content) };
};
