import * as z from "zod/mini";
import type { TemplateContent } from "../../domain/template.ts";
import { EVENT_ID_FORM, EVENT_ID_RULE } from "../bus-detail.ts";
import { anyObject, eventBody } from "./event.ts";
import { ID_FORM, ID_RULE } from "./fields.ts";
import { templateBody } from "./template.ts";

/** What a preview is made of. */
export interface PreviewRequest {
  /** The id of a template, or one that is not saved yet. */
  readonly template: string | TemplateContent;
  /** A pipeline event as it would be published. */
  readonly event?: Readonly<Record<string, unknown>> | undefined;
  /** A past event. */
  readonly eventId?: string | undefined;
}

const previewWith = <T extends z.ZodMiniType>(event: T) =>
  z
    .strictObject({
      template: z.union([z.string().check(z.regex(ID_FORM, ID_RULE)), templateBody]),
      event: z.optional(event),
      eventId: z.optional(z.string().check(z.regex(EVENT_ID_FORM, EVENT_ID_RULE))),
    })
    .check(
      z.refine((body) => body.event === undefined || body.eventId === undefined, {
        path: ["eventId"],
        error: "must be left out when there is an event",
      }),
    );

/** A template and the event to render it for; without one, a sample. The event is parsed as the intake does. */
export const previewBody: z.ZodMiniType<PreviewRequest> = previewWith(anyObject);

/** The same, as the API's document describes it. */
export const describedPreviewBody = previewWith(eventBody);
