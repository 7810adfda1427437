import * as z from "zod/mini";
import { EVENT_ID_FORM, EVENT_ID_RULE } from "../bus-detail.ts";
import { anyObject, eventBody } from "./event.ts";

const explainWith = <T extends z.ZodMiniType>(event: T) =>
  z
    .strictObject({
      event: z.optional(event),
      eventId: z.optional(z.string().check(z.regex(EVENT_ID_FORM, EVENT_ID_RULE))),
    })
    .check(
      z.refine((body) => (body.event === undefined) !== (body.eventId === undefined), {
        error: 'must have either "event", an event to try, or "eventId", the id of a past one',
      }),
    );

/** Which event is to be explained. The event itself is parsed as the intake does. */
export const explainBody = explainWith(anyObject);

/** The same, as the API's document describes it. */
export const describedExplainBody = explainWith(eventBody);
