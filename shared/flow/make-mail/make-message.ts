import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { Brand } from "../../domain/brand.ts";
import type { Message } from "../../domain/message.ts";
import { tenantOf } from "../../domain/scope.ts";
import type { TemplateEngine } from "../../domain/template.ts";
import type { EventStore } from "../ports.ts";
import type { Made, MadeMail, RenderMessage, RenderText } from "./made-mail.ts";
import { type UseTemplateDeps, useTemplate } from "./use-template.ts";

/** What making the mail of a direct message needs. */
export interface MakeMessageDeps extends UseTemplateDeps {
  readonly events: Pick<EventStore, "readMessage">;
  readonly templates: Pick<TemplateEngine, "render" | "clean">;
  readonly renderMessage: RenderMessage;
  readonly renderText: RenderText;
}

/**
 * Makes the mail of a message that was asked for directly: in the words of a template, or in the publisher's own.
 * @throws Error when the message is not stored.
 */
export const makeMessage = async (deps: MakeMessageDeps, job: DeliverJob, brand: Brand | undefined): Promise<Made> => {
  const message = await deps.events.readMessage(tenantOf(job.scope), job.eventId);
  if (message === undefined) throw new Error(`cannot deliver ${job.deliveryId}: its message is not stored`);
  const made =
    message.template === undefined
      ? await useOwnWords(deps, message, brand)
      : await useTemplate(deps, job, { data: message.data, brand }, await deps.renderMessage(message, brand));
  return { kind: "mail", ...made, about: undefined, message };
};

/** Said where HTML that came without a text cannot be sent. */
const NOT_SHOWN = "The content of this message could not be shown.";

/** The publisher's own words. Of a part that is missing, the other one makes up for it. */
const useOwnWords = async (
  { templates, renderText }: MakeMessageDeps,
  { subject = "", text, html }: Message,
  brand: Brand | undefined,
): Promise<Pick<MadeMail, "rendered" | "note">> => {
  if (html === undefined) return { rendered: await renderText({ subject, text: text ?? "" }, brand), note: null };
  const clean = await templates.clean(html, subject);
  if (!clean.ok) {
    const note = `The HTML of the message could not be used: it ${clean.message}; its text was sent.`;
    return { rendered: await renderText({ subject, text: text ?? NOT_SHOWN }, brand), note };
  }
  const plain = await renderText({ subject, text: text ?? clean.text }, brand);
  return { rendered: { ...plain, html: clean.html }, note: null };
};
