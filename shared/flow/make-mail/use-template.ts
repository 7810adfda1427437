import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { Log } from "../../domain/log.ts";
import type { RenderedMail } from "../../domain/rendered-mail.ts";
import { tenantOf } from "../../domain/scope.ts";
import type { TemplateEngine, TemplateProblem, TemplateRef, TemplateView } from "../../domain/template.ts";
import type { TemplateContents } from "../ports.ts";
import type { MadeMail } from "./made-mail.ts";

/** What making a mail from a tenant's own template needs. */
export interface UseTemplateDeps {
  readonly templateContents: Pick<TemplateContents, "get">;
  readonly templates: Pick<TemplateEngine, "render">;
  readonly log: Log;
}

/**
 * Makes the mail from the version of the template that the job names, or else takes the built-in one. Never fails for a
 * template's sake: an alert is not lost to a template, and the note says what was wrong with it.
 */
export const useTemplate = async (
  deps: UseTemplateDeps,
  job: DeliverJob,
  view: Pick<TemplateView, "event" | "data" | "brand" | "unsubscribeUrl">,
  builtIn: RenderedMail,
): Promise<Pick<MadeMail, "rendered" | "note">> => {
  if (job.template === undefined) return { rendered: builtIn, note: null };
  const made = await tryTemplate(deps, job, job.template, {
    ...view,
    subject: builtIn.subject,
    recipient: job.recipient,
  });
  if (typeof made !== "string") return { rendered: made, note: null };
  const { scope, id, version } = job.template;
  deps.log.warn("template.not-used", { tenant: tenantOf(scope), scope, template: id, version, reason: made });
  const note = `Template ${scope}/${id} version ${version} could not be used: ${made}; the built-in mail was sent.`;
  return { rendered: builtIn, note };
};

/** The mail, or why the template cannot be used. */
const tryTemplate = async (
  deps: UseTemplateDeps,
  job: DeliverJob,
  template: TemplateRef,
  view: TemplateView,
): Promise<RenderedMail | string> => {
  try {
    const content = await deps.templateContents.get(tenantOf(template.scope), template.contentId);
    if (content === undefined) return "its content is not stored";
    const rendering = await deps.templates.render(content, view);
    return rendering.ok ? rendering.mail : sentenceOf(rendering.problem);
  } catch (error) {
    deps.log.error("template.not-rendered", { deliveryId: job.deliveryId }, error);
    return "it could not be read or rendered";
  }
};

const sentenceOf = ({ field, line, column, message }: TemplateProblem): string =>
  line === undefined ? `its ${field} ${message}` : `its ${field}, line ${line}, column ${column}: ${message}`;
