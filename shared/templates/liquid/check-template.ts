import type { EmailAddress } from "../../domain/address.ts";
import { SAMPLE_UNSUBSCRIBE_URL, sampleEventOf } from "../../domain/sample-event.ts";
import type { Scope } from "../../domain/scope.ts";
import type { TemplateContent, TemplateProblem, TemplateView } from "../../domain/template.ts";
import { renderTemplate, SHOWS_NOTHING } from "./render-template.ts";

const SAMPLE: TemplateView = {
  event: sampleEventOf("acme" as Scope),
  subject: "Sample",
  brand: undefined,
  recipient: "ada@example.com" as EmailAddress,
  unsubscribeUrl: SAMPLE_UNSUBSCRIBE_URL,
};

/**
 * Why a template must not be saved; undefined when it is good. It is made into a mail for a sample: what does
 * not stop, or fails, is told to whoever wrote it. That it shows nothing for the sample is no reason: it may be for
 * other events.
 */
export const checkTemplate = (content: TemplateContent): TemplateProblem | undefined => {
  const rendering = renderTemplate(content, SAMPLE);
  return rendering.ok || rendering.problem.message === SHOWS_NOTHING ? undefined : rendering.problem;
};
