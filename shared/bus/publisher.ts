import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Publisher, TenantPublisher } from "../admin/ports.ts";
import { apiSourceOf, TIDINGS_SOURCE } from "../contracts/bus.ts";
import type { Announcer } from "../flow/waiting-ports.ts";

/** Longest wait for the bus, tries of the SDK included: whoever publishes has an answer of their own to give. */
const TIMEOUT_MS = 3_000;

/** Entries of one request (EventBridge API reference, PutEvents). */
const MAX_ENTRIES = 10;

type Client = Pick<EventBridgeClient, "send">;

/** Publishes what Tidings itself has to tell, under {@link TIDINGS_SOURCE}, which the intake never listens to. */
export const createPublisher = (client: Client, busName: string, timeoutMs = TIMEOUT_MS): Publisher & Announcer => {
  const entryOf = (detailType: string, detail: unknown): Entry => ({
    busName,
    source: TIDINGS_SOURCE,
    detailType,
    detail,
  });
  return {
    publish: (detailType, detail) => putEvent(client, entryOf(detailType, detail), timeoutMs),
    async publishAll(notices) {
      const entries = notices.map(({ detailType, detail }) => entryOf(detailType, detail));
      let lost = 0;
      for (let start = 0; start < entries.length; start += MAX_ENTRIES) {
        const answers = await putEvents(client, entries.slice(start, start + MAX_ENTRIES), timeoutMs);
        lost += answers.filter(({ EventId }) => EventId === undefined).length;
      }
      return lost;
    },
  };
};

/** Publishes what somebody asked the API to publish for a tenant, under a source of that tenant. */
export const createTenantPublisher = (client: Client, busName: string, timeoutMs = TIMEOUT_MS): TenantPublisher => ({
  publish: (tenant, detailType, detail) =>
    putEvent(client, { busName, source: apiSourceOf(tenant), detailType, detail }, timeoutMs),
});

/** {@link createPublisher} with a client of its own, for those who load it on first use. */
export const openPublisher = (busName: string): Publisher & Announcer =>
  createPublisher(new EventBridgeClient(), busName);

/** {@link createTenantPublisher} with a client of its own, for those who load it on first use. */
export const openTenantPublisher = (busName: string): TenantPublisher =>
  createTenantPublisher(new EventBridgeClient(), busName);

interface Entry {
  readonly busName: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}

const putEvents = async (client: Client, entries: readonly Entry[], timeoutMs: number) => {
  const answer = await client.send(
    new PutEventsCommand({
      Entries: entries.map(({ busName, source, detailType, detail }) => ({
        EventBusName: busName,
        Source: source,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
      })),
    }),
    { abortSignal: AbortSignal.timeout(timeoutMs) },
  );
  return answer.Entries ?? [];
};

const putEvent = async (client: Client, entry: Entry, timeoutMs: number): Promise<void> => {
  // PutEvents succeeds as a call even when it took nothing (EventBridge API reference, PutEvents).
  const [answer] = await putEvents(client, [entry], timeoutMs);
  if (answer?.EventId === undefined) {
    throw new Error(`cannot publish "${entry.detailType}": ${answer?.ErrorCode ?? "the bus gave no event id"}`);
  }
};
