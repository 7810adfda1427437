import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Publisher, TenantPublisher } from "../admin/ports.ts";
import { apiSourceOf, TIDINGS_SOURCE } from "../contracts/bus.ts";

/** Longest wait for the bus, tries of the SDK included: whoever publishes has an answer of their own to give. */
const TIMEOUT_MS = 3_000;

type Client = Pick<EventBridgeClient, "send">;

/** Publishes what Tidings itself has to tell, under {@link TIDINGS_SOURCE}, which the intake never listens to. */
export const createPublisher = (client: Client, busName: string, timeoutMs = TIMEOUT_MS): Publisher => ({
  publish: (detailType, detail) => putEvent(client, { busName, source: TIDINGS_SOURCE, detailType, detail }, timeoutMs),
});

/** Publishes what somebody asked the API to publish for a tenant, under a source of that tenant. */
export const createTenantPublisher = (client: Client, busName: string, timeoutMs = TIMEOUT_MS): TenantPublisher => ({
  publish: (tenant, detailType, detail) =>
    putEvent(client, { busName, source: apiSourceOf(tenant), detailType, detail }, timeoutMs),
});

/** {@link createPublisher} with a client of its own, for those who load it on first use. */
export const openPublisher = (busName: string): Publisher => createPublisher(new EventBridgeClient(), busName);

/** {@link createTenantPublisher} with a client of its own, for those who load it on first use. */
export const openTenantPublisher = (busName: string): TenantPublisher =>
  createTenantPublisher(new EventBridgeClient(), busName);

interface Entry {
  readonly busName: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}

const putEvent = async (client: Client, { busName, source, detailType, detail }: Entry, timeoutMs: number) => {
  const answer = await client.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: busName, Source: source, DetailType: detailType, Detail: JSON.stringify(detail) }],
    }),
    { abortSignal: AbortSignal.timeout(timeoutMs) },
  );
  // PutEvents succeeds as a call even when it took nothing (EventBridge API reference, PutEvents).
  const [entry] = answer.Entries ?? [];
  if (entry?.EventId === undefined) {
    throw new Error(`cannot publish "${detailType}": ${entry?.ErrorCode ?? "the bus gave no event id"}`);
  }
};
