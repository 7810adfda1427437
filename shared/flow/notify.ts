import type { BusEvent } from "../contracts/bus.ts";
import { identifyEvent } from "../contracts/pipeline-event.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { EventStatus } from "../domain/event-record.ts";
import type { Message } from "../domain/message.ts";
import { type Tenant, tenantOf } from "../domain/scope.ts";
import { tenantOfSource } from "./notify/authorise-event.ts";
import { type EnqueueDeps, enqueue, type Routed } from "./notify/enqueue.ts";
import { noteOutcomes, type TakenIn } from "./notify/note-outcomes.ts";
import { type Incoming, readIncoming } from "./notify/read-incoming.ts";
import { readMessages, type Telling } from "./notify/read-message.ts";
import { type RoutedEvent, routeEvent } from "./notify/route-event.ts";
import { routeMessage, type TakenInMessage } from "./notify/route-message.ts";
import type {
  AwsSourceDirectory,
  ConfigSource,
  DeadLetters,
  EventStore,
  OutcomeStore,
  RoutingConfig,
} from "./ports.ts";

/** What the intake needs. */
export interface NotifyDeps extends EnqueueDeps {
  readonly config: ConfigSource<RoutingConfig>;
  readonly awsSources: AwsSourceDirectory;
  readonly events: EventStore;
  readonly outcomes: Pick<OutcomeStore, "note">;
  readonly deadLetters: DeadLetters;
  readonly now: () => Date;
}

/** A message of the events queue. */
export interface IncomingMessage {
  readonly id: string;
  readonly body: string;
}

/** What was taken in: an event that rules decide about, or a message with its addressees. */
type Taken = TakenIn | TakenInMessage;

const DAY_MS = 86_400_000;

/** A message that is an event of the bus. */
interface Arrival {
  readonly message: IncomingMessage;
  readonly busEvent: BusEvent;
}

/**
 * Takes in a batch of bus events: each is read, authorised, matched and enqueued, or recorded with the reason why not.
 * One event never stops another. Answers the ids of the messages to be delivered again; redoing one is harmless, since
 * it meets the same receipt and the same delivery ids.
 */
export const notify = async (deps: NotifyDeps, messages: readonly IncomingMessage[]): Promise<string[]> => {
  const read = await readMessages(deps.awsSources, messages);
  const sources = read.flatMap(({ tellings = [] }) => tellings.map(({ busEvent }) => busEvent.source));
  const tenants = new Set(sources.flatMap((source) => tenantOfSource(source) ?? []));
  const configs = await deps.config.load(tenants);
  const again = new Set<string>();
  const fail = (messageId: string, error: unknown): void => {
    again.add(messageId);
    deps.log.error("event.not-taken-in", { messageId }, error);
  };

  const batches = await Promise.all(
    read.map(({ message, tellings }) =>
      takeInMessage(deps, message, tellings, configs).catch((error: unknown) => {
        fail(message.id, error);
        return [];
      }),
    ),
  );
  const takenIn = batches.flat();
  const events = takenIn.filter((one) => "event" in one);
  const judged = await noteOutcomes(deps.outcomes, events, configs, ({ messageId }, error) => fail(messageId, error));
  const route = (taken: Taken, decide: () => RoutedEvent): Routed[] => {
    try {
      return [{ ...taken, ...decide() }];
    } catch (error) {
      fail(taken.messageId, error);
      return [];
    }
  };
  const routed = [
    ...judged.flatMap((one) => route(one, () => routeEvent({ ...one, configs }))),
    ...takenIn.flatMap((one) => ("message" in one ? route(one, () => routeMessage(one, configs)) : [])),
  ];
  for (const id of await enqueue(deps, routed)) again.add(id);
  return [...again];
};

const takeInMessage = async (
  deps: NotifyDeps,
  message: IncomingMessage,
  tellings: readonly Telling[] | undefined,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): Promise<Taken[]> => {
  if (tellings === undefined) return deadLetter(deps, message, "The message is not an EventBridge event.");
  if (tellings.length === 0) deps.log.info("event.not-registered", { messageId: message.id });
  const takenIn = await Promise.all(
    tellings.flatMap((telling) =>
      readIncoming(telling, configs).map((incoming) => takeIn(deps, { message, busEvent: telling.busEvent }, incoming)),
    ),
  );
  return takenIn.flat();
};

const takeIn = async (deps: NotifyDeps, arrival: Arrival, incoming: Incoming): Promise<Taken[]> => {
  switch (incoming.kind) {
    case "unaddressed":
      return deadLetter(deps, arrival.message, incoming.reason);
    case "refused":
      return turnAway(deps, incoming.tenant, arrival.busEvent, "refused", incoming.reason);
    case "event":
      return receive(deps, arrival, incoming.tenant, incoming.event, (taken) => ({ ...taken, event: incoming.event }));
    case "message":
      return receive(deps, arrival, incoming.tenant, incoming.message, (taken) => ({
        ...taken,
        message: incoming.message,
      }));
  }
};

const COPIES = {
  duplicate: "An event with this id and the same content was taken in before.",
  conflict: "An event with this id but other content was taken in before; the first one stands.",
} as const;

const receive = async (
  deps: NotifyDeps,
  { message, busEvent }: Arrival,
  tenant: Tenant,
  said: PipelineEvent | Message,
  toTaken: (facts: Pick<Taken, "messageId" | "tenant" | "receivedAt">) => Taken,
): Promise<Taken[]> => {
  const receipt = await deps.events.receive(tenant, said, busEvent.id, deps.now());
  switch (receipt.kind) {
    case "redelivery":
      return [];
    case "duplicate":
    case "conflict":
      return turnAway(deps, tenant, busEvent, receipt.kind, COPIES[receipt.kind]);
    case "fresh":
      return [toTaken({ messageId: message.id, tenant, receivedAt: receipt.receivedAt })];
  }
};

/** What an event counts as that nothing is done about. */
const TURNED_AWAY_AS = { duplicate: "EventsDuplicate", conflict: "EventsConflict", refused: "EventsRefused" } as const;

const turnAway = async (
  deps: NotifyDeps,
  tenant: Tenant,
  busEvent: BusEvent,
  status: Exclude<EventStatus, "routed">,
  reason: string,
): Promise<[]> => {
  const { id, scope, type } = identifyEvent(busEvent);
  const place = scope !== undefined && tenantOf(scope) === tenant ? scope : tenant;
  await deps.events.recordTurnedAway(
    tenant,
    {
      id,
      scope: place,
      type,
      severity: null,
      status,
      reason,
      rules: [],
      recipients: [],
      receivedAt: receivedAtOf(busEvent, deps.now()),
    },
    busEvent.id,
  );
  deps.metrics.add({ name: TURNED_AWAY_AS[status], value: 1 });
  deps.log.warn("event.turned-away", { tenant, eventId: id, status });
  return [];
};

/**
 * When a bus event came in: the bus's time, the same for every redelivery, unless its publisher set a time that would
 * put the record where nobody looks.
 */
const receivedAtOf = (busEvent: BusEvent, now: Date): string => {
  const time = new Date(busEvent.time);
  return (Math.abs(now.getTime() - time.getTime()) < DAY_MS ? time : now).toISOString();
};

const deadLetter = async (deps: NotifyDeps, message: IncomingMessage, reason: string): Promise<[]> => {
  await deps.deadLetters.put(message.body, reason);
  deps.log.warn("event.dead-lettered", { messageId: message.id, reason });
  return [];
};
