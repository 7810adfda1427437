import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PIPELINE_EVENT } from "../shared/contracts/bus.ts";

/** An event for the bus. */
export interface OutgoingEvent {
  readonly busName: string;
  readonly source: string;
  /** "Pipeline Event" unless given. */
  readonly detailType?: string;
  /** A JSON object, as text. */
  readonly detail: string;
}

/** Publishes one event and answers the id the bus gave it. @throws Error with the bus's words when it refuses it. */
export const putEvent = async (client: EventBridgeClient, event: OutgoingEvent): Promise<string> => {
  const { busName, source, detailType = PIPELINE_EVENT, detail } = event;
  const answer = await client.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: busName, Source: source, DetailType: detailType, Detail: detail }],
    }),
  );
  const [entry] = answer.Entries ?? [];
  if (entry?.EventId !== undefined) return entry.EventId;
  throw new Error(`The bus refused the event: ${entry?.ErrorCode ?? "no answer"}: ${entry?.ErrorMessage ?? ""}`);
};
