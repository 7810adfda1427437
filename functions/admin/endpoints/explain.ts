import { getEffectiveBrand } from "../../../shared/admin/brand.ts";
import { readGivenEvent } from "../../../shared/admin/given-event.ts";
import { viewEvent } from "../../../shared/admin/views.ts";
import { explainBody } from "../../../shared/contracts/bodies/explain.ts";
import { AppError, notFound } from "../../../shared/domain/app-error.ts";
import type { PipelineEvent } from "../../../shared/domain/event.ts";
import { isWithin, type Scope, tenantOf } from "../../../shared/domain/scope.ts";
import { explainEvent } from "../../../shared/flow/explain.ts";
import type { Call } from "../../../shared/http/dispatch.ts";
import { readBody } from "../../../shared/http/read-body.ts";
import type { AdminDeps, Part } from "./deps.ts";
import { effectiveView } from "./mail-settings.ts";

/** Who would get an event, and why not the others. */
export const aboutExplaining = (deps: AdminDeps): Part<"explain"> => ({
  explain: async (call) => {
    const event = await readEvent(deps, call);
    const { record, preview } = await explainEvent(deps, event, await getEffectiveBrand(deps.config, event.scope));
    const { settings, problem } = await settingsFor(deps, call, event.scope);
    const reason = [record.reason, problem].filter(Boolean).join(" ");
    return { body: { ...viewEvent({ ...record, reason }), settings, preview: preview && viewPreview(preview) } };
  },
});

const readEvent = async (deps: AdminDeps, { event: request, scope }: Call): Promise<PipelineEvent> => {
  const { event, eventId } = readBody(request, explainBody);
  if (eventId === undefined) {
    return (await readGivenEvent({ ...deps, scopes: deps.config.scopes }, scope, event ?? {}, "event")).event;
  }
  const found = await deps.events.read(tenantOf(scope), eventId);
  if (found === undefined || !isWithin(found.scope, scope)) throw notFound("A pipeline event with this id");
  return found;
};

/** Without settings in force nothing could be sent: that is part of the answer and no failure. */
const settingsFor = async (deps: AdminDeps, call: Call, scope: Scope) => {
  try {
    return { settings: await effectiveView(deps, call.caller, scope) };
  } catch (error) {
    if (error instanceof AppError && error.code === "not-found") return { settings: null, problem: error.message };
    throw error;
  }
};

const viewPreview = ({
  rendered,
  template,
  note,
}: NonNullable<Awaited<ReturnType<typeof explainEvent>>["preview"]>) => ({
  subject: rendered.subject,
  html: rendered.html,
  text: rendered.text,
  template,
  note,
});
