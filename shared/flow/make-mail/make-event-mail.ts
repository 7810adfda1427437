import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { PipelineEvent } from "../../domain/event.ts";
import type { TemplateView } from "../../domain/template.ts";
import type { MadeMail, RenderBuiltIn } from "./made-mail.ts";
import { type UseTemplateDeps, useTemplate } from "./use-template.ts";

/** What making the mail of an event needs. */
export interface MakeEventMailDeps extends UseTemplateDeps {
  readonly renderBuiltIn: RenderBuiltIn;
}

/** Makes the mail of an event from the template that its job names, or else the built-in one. */
export const makeEventMail = async (
  deps: MakeEventMailDeps,
  job: DeliverJob,
  event: PipelineEvent,
  { brand, unsubscribeUrl }: Pick<TemplateView, "brand" | "unsubscribeUrl">,
): Promise<MadeMail> => {
  const builtIn = await deps.renderBuiltIn(event, brand, unsubscribeUrl);
  const made = await useTemplate(deps, job, { event, brand, unsubscribeUrl }, builtIn);
  return { ...made, about: event, unsubscribeUrl };
};
