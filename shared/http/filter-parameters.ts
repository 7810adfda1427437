import type { Operation } from "../contracts/routes.ts";
import { DELIVERY_STATES } from "../domain/delivery.ts";
import { EVENT_TYPE_FORM } from "../domain/event.ts";
import { EVENT_STATUSES } from "../domain/event-record.ts";

/** A parameter of the query, as the OpenAPI document describes it. */
type QueryParameter = Readonly<Record<string, unknown>>;

const parameter = (name: string, schema: object, description: string): QueryParameter => ({
  name,
  in: "query",
  required: false,
  schema: { type: "string", ...schema },
  description,
});

const PERIOD = [
  parameter("from", { format: "date-time" }, "Only what came in at this instant or later."),
  parameter("to", { format: "date-time" }, "Only what came in before this instant."),
];

/** What lists can be narrowed down by: `read-filter.ts` reads the same parameters. */
export const FILTER_PARAMETERS: Readonly<Partial<Record<Operation, readonly QueryParameter[]>>> = {
  listEvents: [
    ...PERIOD,
    parameter("type", { pattern: EVENT_TYPE_FORM.source }, "Only events of this type."),
    parameter("status", { enum: EVENT_STATUSES }, "Only events that this became of."),
  ],
  listDeliveries: [
    ...PERIOD,
    parameter("state", { enum: DELIVERY_STATES }, "Only deliveries in this state."),
    parameter("recipient", { format: "email" }, "Only mails to this address, however it is capitalised."),
    parameter("pipeline", {}, "Only mails about the pipeline with this id."),
    parameter("eventId", {}, "Only mails of this event, digest or message."),
  ],
};
