import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Publisher } from "../admin/ports.ts";
import { TIDINGS_SOURCE } from "../contracts/bus.ts";

/** Longest wait for the bus, tries of the SDK included: whoever publishes has an answer of their own to give. */
const TIMEOUT_MS = 3_000;

/** Publishes what Tidings itself has to tell, under {@link TIDINGS_SOURCE}, which the intake never listens to. */
export const createPublisher = (
  client: Pick<EventBridgeClient, "send">,
  busName: string,
  timeoutMs = TIMEOUT_MS,
): Publisher => ({
  async publish(detailType, detail) {
    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName: busName, Source: TIDINGS_SOURCE, DetailType: detailType, Detail: JSON.stringify(detail) },
        ],
      }),
      { abortSignal: AbortSignal.timeout(timeoutMs) },
    );
    // PutEvents succeeds as a call even when it took nothing (EventBridge API reference, PutEvents).
    const [entry] = answer.Entries ?? [];
    if (entry?.EventId === undefined) {
      throw new Error(`cannot publish "${detailType}": ${entry?.ErrorCode ?? "the bus gave no event id"}`);
    }
  },
});
