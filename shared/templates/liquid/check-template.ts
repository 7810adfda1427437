import type { EmailAddress } from "../../domain/address.ts";
import { exampleEvent } from "../../domain/example-event.ts";
import type { Scope } from "../../domain/scope.ts";
import type { TemplateContent, TemplateProblem, TemplateView } from "../../domain/template.ts";
import { renderTemplate, SHOWS_NOTHING } from "./render-template.ts";

const EXAMPLE: TemplateView = {
  event: exampleEvent("acme" as Scope),
  subject: "Example",
  brand: undefined,
  recipient: "ada@example.com" as EmailAddress,
};

/**
 * Why a template must not be saved; undefined when it is good. It is made into a mail for an example: what does
 * not stop, or fails, is told to whoever wrote it. That it shows nothing for the example is no reason: it may be for
 * other events.
 */
export const checkTemplate = (content: TemplateContent): TemplateProblem | undefined => {
  const rendering = renderTemplate(content, EXAMPLE);
  return rendering.ok || rendering.problem.message === SHOWS_NOTHING ? undefined : rendering.problem;
};
