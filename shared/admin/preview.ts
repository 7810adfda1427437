import type { PreviewRequest } from "../contracts/bodies/preview.ts";
import { PIPELINE_EVENT, TIDINGS_SOURCE } from "../contracts/bus.ts";
import { parsePipelineEvent } from "../contracts/pipeline-event.ts";
import type { EmailAddress } from "../domain/address.ts";
import { AppError, notFound } from "../domain/app-error.ts";
import type { Brand } from "../domain/brand.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { RenderedMail } from "../domain/rendered-mail.ts";
import { SAMPLE_UNSUBSCRIBE_URL, sampleEventOf } from "../domain/sample-event.ts";
import { chainOf, isWithin, type Scope, type Tenant, tenantOf } from "../domain/scope.ts";
import type { TemplateContent, TemplateEngine } from "../domain/template.ts";
import { getEffectiveBrand } from "./brand.ts";
import type { ConfigStore, TemplateContentStore } from "./ports.ts";
import { issueOf, templateError } from "./templates.ts";

/** What previewing a template needs. */
export interface PreviewDeps {
  readonly config: Pick<ConfigStore, "scopes" | "templates" | "brands">;
  readonly templateContents: Pick<TemplateContentStore, "get">;
  readonly templates: Pick<TemplateEngine, "render">;
  readonly renderBuiltIn: (
    event: PipelineEvent,
    brand: Brand | undefined,
    unsubscribeUrl: string | undefined,
  ) => Promise<RenderedMail>;
  readonly events: { read(tenant: Tenant, eventId: string): Promise<PipelineEvent | undefined> };
}

/** Stands in for whoever would get the mail. */
const RECIPIENT = "recipient@example.com" as EmailAddress;

/**
 * The mail that a template makes of an event; nothing is stored or sent.
 * @throws AppError `not-found` for the scope, the template or the event; `invalid-input` for an event that intake would
 * refuse, or that says where the template is wrong.
 */
export const previewTemplate = async (
  deps: PreviewDeps,
  scope: Scope,
  request: PreviewRequest,
  now: Date,
): Promise<RenderedMail> => {
  const brand = await getEffectiveBrand(deps.config, scope);
  const content = await contentOf(deps, scope, request.template);
  const event = await eventOf(deps, scope, request, now);
  const { subject } = await deps.renderBuiltIn(event, brand, undefined);
  const rendering = await deps.templates.render(content, {
    event,
    subject,
    brand,
    recipient: RECIPIENT,
    unsubscribeUrl: SAMPLE_UNSUBSCRIBE_URL,
  });
  if (rendering.ok) return rendering.mail;
  const issue = issueOf(rendering.problem);
  throw templateError([{ ...issue, path: `template.${issue.path}` }]);
};

/** The content in the request, or that of the nearest template of the id upwards. */
const contentOf = async (
  { config, templateContents }: PreviewDeps,
  scope: Scope,
  template: PreviewRequest["template"],
): Promise<TemplateContent> => {
  if (typeof template !== "string") return template;
  const given = await Promise.all(chainOf(scope).map((one) => config.templates.get(one, template)));
  const nearest = given.find((one) => one !== undefined)?.value;
  if (nearest === undefined) {
    throw new AppError("not-found", `Template "${template}" does not exist in scope "${scope}" or above.`);
  }
  const content = await templateContents.get(tenantOf(nearest.scope), nearest.contentId);
  if (content === undefined) throw new Error(`the content of template ${nearest.scope}/${template} is not stored`);
  return content;
};

const eventOf = async (
  { events }: PreviewDeps,
  scope: Scope,
  { event, eventId }: PreviewRequest,
  now: Date,
): Promise<PipelineEvent> => {
  if (eventId !== undefined) {
    const found = await events.read(tenantOf(scope), eventId);
    if (found === undefined || !isWithin(found.scope, scope)) throw notFound("A pipeline event with this id");
    return found;
  }
  return event === undefined ? sampleEventOf(scope) : parseEvent(scope, event, now);
};

const parseEvent = (scope: Scope, detail: Readonly<Record<string, unknown>>, now: Date): PipelineEvent => {
  const parsed = parsePipelineEvent({
    id: "preview",
    source: TIDINGS_SOURCE,
    detailType: PIPELINE_EVENT,
    time: now.toISOString(),
    detail: { scope, ...detail },
  });
  const issues = parsed.ok ? explainPlace(parsed.event, scope) : parsed.issues;
  if (parsed.ok && issues.length === 0) return parsed.event;
  throw new AppError(
    "invalid-input",
    "The event is not acceptable.",
    issues.map(({ path, message }) => ({ path: path === "" ? "event" : `event.${path}`, message })),
  );
};

const explainPlace = (event: PipelineEvent, scope: Scope) =>
  isWithin(event.scope, scope) ? [] : [{ path: "scope", message: `must be ${scope} or a scope below it` }];
