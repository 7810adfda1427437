import type { EmailAddress } from "../../../shared/domain/address.ts";
import type { Brand } from "../../../shared/domain/brand.ts";
import type { PipelineEvent } from "../../../shared/domain/event.ts";
import type { Scope } from "../../../shared/domain/scope.ts";
import type { TemplateContent, TemplateView } from "../../../shared/domain/template.ts";
import { renderTemplate } from "../../../shared/templates/liquid/render-template.ts";
import { sampleEvent } from "../sample-event.ts";

/** What a template speaks of: an event that says everything, with what a test wants to be different. */
export const viewOf = (event: Partial<PipelineEvent> = {}, brand?: Omit<Brand, "scope">): TemplateView => ({
  event: sampleEvent(event),
  subject: "Subject of the built-in mail",
  brand: brand === undefined ? undefined : { scope: "acme" as Scope, ...brand },
  recipient: "ada@acme.example" as EmailAddress,
  unsubscribeUrl: "https://api.tidings.example/v1/unsubscribe/AbC-_123",
});

/** A template of this HTML. */
export const templateOf = (html: string, different: Partial<TemplateContent> = {}): TemplateContent => ({
  subject: "{{ subject }}",
  html,
  ...different,
});

/** The mail of a template. @throws Error when there is none */
export const mailOf = (content: TemplateContent, view: TemplateView = viewOf()) => {
  const rendering = renderTemplate(content, view);
  if (!rendering.ok) throw new Error(`no mail: ${JSON.stringify(rendering.problem)}`);
  return rendering.mail;
};

/** What stands in the body of the mail that a piece of HTML makes. @throws Error when there is none */
export const bodyOf = (html: string, view: TemplateView = viewOf()): string => {
  const document = mailOf(templateOf(`${html}<i>.</i>`), view).html;
  const body = /<body>\n(.*)<i>\.<\/i>\n<\/body>/s.exec(document)?.[1];
  if (body === undefined) throw new Error(`no body: ${document}`);
  return body;
};

/** What is wrong with a template of this HTML. @throws Error when nothing is */
export const problemOf = (html: string, view: TemplateView = viewOf()) => {
  const rendering = renderTemplate(templateOf(html), view);
  if (rendering.ok) throw new Error(`no problem: ${rendering.mail.html}`);
  return rendering.problem;
};
