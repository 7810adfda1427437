import type { DeliveryFilter, EventFilter, Period } from "../admin/ports.ts";
import { instant } from "../contracts/bodies/instant.ts";
import { EVENT_ID_FORM, EVENT_ID_RULE } from "../contracts/bus-detail.ts";
import { MAX_ID_LENGTH } from "../contracts/pipeline-event.ts";
import { explainAddress, parseAddress } from "../domain/address.ts";
import { DELIVERY_STATES } from "../domain/delivery.ts";
import { EVENT_TYPE_FORM } from "../domain/event.ts";
import { EVENT_STATUSES } from "../domain/event-record.ts";
import type { Call } from "./dispatch.ts";
import { badParameter } from "./read-request.ts";

/** Which events a list of them is asked for. @throws AppError `invalid-input` */
export const readEventFilter = (call: Call): EventFilter => ({
  ...readPeriod(call),
  status: readChoice(call, "status", EVENT_STATUSES),
  type: readText(call, "type", (text) =>
    EVENT_TYPE_FORM.test(text) ? undefined : 'must be an event type such as "PipelineFailed"',
  ),
});

/** Which deliveries a list of them is asked for. @throws AppError `invalid-input` */
export const readDeliveryFilter = (call: Call): DeliveryFilter => {
  const recipient = readText(call, "recipient", explainAddress);
  return {
    ...readPeriod(call),
    state: readChoice(call, "state", DELIVERY_STATES),
    recipient: recipient === undefined ? undefined : parseAddress(recipient),
    pipelineId: readText(call, "pipeline", (text) =>
      text !== "" && text.length <= MAX_ID_LENGTH ? undefined : `must have 1 to ${MAX_ID_LENGTH} characters`,
    ),
    eventId: readText(call, "eventId", (text) => (EVENT_ID_FORM.test(text) ? undefined : EVENT_ID_RULE)),
  };
};

const readPeriod = (call: Call): Period => {
  const [from, to] = [readInstant(call, "from"), readInstant(call, "to")];
  if (from !== undefined && to !== undefined && from >= to) throw badParameter("to", "must be later than from");
  return { from, to };
};

const readInstant = (call: Call, name: string): Date | undefined => {
  const text = readText(call, name, (value) => instant.safeParse(value).error?.issues[0]?.message);
  return text === undefined ? undefined : new Date(text);
};

const readChoice = <T extends string>(call: Call, name: string, choices: readonly T[]): T | undefined => {
  const text = call.event.queryStringParameters?.[name];
  if (text === undefined) return undefined;
  const choice = choices.find((one) => one === text);
  if (choice === undefined) throw badParameter(name, `must be one of ${choices.join(", ")}`);
  return choice;
};

/** @param explain why a text is not acceptable, as a sentence; undefined when it is. */
const readText = (call: Call, name: string, explain: (text: string) => string | undefined): string | undefined => {
  const text = call.event.queryStringParameters?.[name];
  const problem = text === undefined ? undefined : explain(text);
  if (problem !== undefined) throw badParameter(name, problem);
  return text;
};
