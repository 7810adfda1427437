import { type BusEvent, parseBusEvent } from "../contracts/bus.ts";
import { identifyEvent, parsePipelineEvent } from "../contracts/pipeline-event.ts";
import type { PipelineEvent } from "../domain/event.ts";
import type { EventStatus } from "../domain/event-record.ts";
import type { Log } from "../domain/log.ts";
import { type Tenant, tenantOf } from "../domain/scope.ts";
import { explainRefusal, tenantOfSource } from "./authorise-event.ts";
import type { ConfigSource, DeadLetters, EventStore, Outbox, RoutingConfig } from "./ports.ts";
import { type RoutedEvent, routeEvent } from "./route-event.ts";

/** What the intake needs. */
export interface NotifyDeps {
  readonly config: ConfigSource<RoutingConfig>;
  readonly events: EventStore;
  readonly outbox: Outbox;
  readonly deadLetters: DeadLetters;
  readonly log: Log;
  readonly now: () => Date;
}

/** A message of the events queue. */
export interface IncomingMessage {
  readonly id: string;
  readonly body: string;
}

const DAY_MS = 86_400_000;

/** An event on its way to the outbox. */
interface Routed extends RoutedEvent {
  readonly message: IncomingMessage;
  readonly tenant: Tenant;
}

/**
 * Takes in a batch of bus events: each is read, authorised, matched and enqueued, or recorded with the reason why not.
 * One event never stops another. Answers the ids of the messages to be delivered again; redoing one is harmless, since
 * it meets the same receipt and the same delivery ids.
 */
export const notify = async (deps: NotifyDeps, messages: readonly IncomingMessage[]): Promise<string[]> => {
  const read = messages.map((message) => ({ message, busEvent: parseBusEvent(message.body) }));
  const tenants = new Set(read.flatMap(({ busEvent }) => tenantOfSource(busEvent?.source ?? "") ?? []));
  const configs = await deps.config.load(tenants);
  const again = new Set<string>();

  const takenIn = await Promise.all(
    read.map(({ message, busEvent }) =>
      takeIn(deps, message, busEvent, configs).catch((error: unknown) => {
        again.add(message.id);
        deps.log.error("event.not-taken-in", { messageId: message.id }, error);
        return undefined;
      }),
    ),
  );
  const routed = takenIn.filter((event) => event !== undefined);
  for (const id of await enqueue(deps, routed)) again.add(id);
  return [...again];
};

const takeIn = async (
  deps: NotifyDeps,
  message: IncomingMessage,
  busEvent: BusEvent | undefined,
  configs: ReadonlyMap<Tenant, RoutingConfig>,
): Promise<Routed | undefined> => {
  if (busEvent === undefined) return deadLetter(deps, message, "The message is not an EventBridge event.");
  const tenant = tenantOfSource(busEvent.source);
  const scopes = tenant === undefined ? undefined : configs.get(tenant)?.scopes;
  if (tenant === undefined || scopes === undefined || !scopes.has(tenant)) {
    return deadLetter(deps, message, `The source "${busEvent.source}" names no tenant of this installation.`);
  }
  const parsed = parsePipelineEvent(busEvent);
  if (!parsed.ok) {
    const issues = parsed.issues.map(
      ({ path, message: text }) => `${["detail", path].filter(Boolean).join(".")} ${text}`,
    );
    return turnAway(deps, tenant, busEvent, "refused", `The event cannot be read: ${issues.join("; ")}.`);
  }
  const refusal = explainRefusal(tenant, parsed.event, scopes);
  if (refusal !== undefined) return turnAway(deps, tenant, busEvent, "refused", refusal);
  return receive(deps, { message, tenant, busEvent, event: parsed.event, configs });
};

interface Authorised {
  readonly message: IncomingMessage;
  readonly tenant: Tenant;
  readonly busEvent: BusEvent;
  readonly event: PipelineEvent;
  readonly configs: ReadonlyMap<Tenant, RoutingConfig>;
}

const receive = async (deps: NotifyDeps, authorised: Authorised): Promise<Routed | undefined> => {
  const { message, tenant, busEvent, event, configs } = authorised;
  const receipt = await deps.events.receive(tenant, event, busEvent.id, deps.now());
  switch (receipt.kind) {
    case "redelivery":
      return undefined;
    case "duplicate":
      return turnAway(
        deps,
        tenant,
        busEvent,
        "duplicate",
        "An event with this id and the same content was taken in before.",
      );
    case "conflict":
      return turnAway(
        deps,
        tenant,
        busEvent,
        "conflict",
        "An event with this id but other content was taken in before; the first one stands.",
      );
    case "fresh":
      return { message, tenant, ...routeEvent(tenant, event, configs, receipt.receivedAt) };
  }
};

const enqueue = async (deps: NotifyDeps, routed: readonly Routed[]): Promise<string[]> => {
  const unsent = new Set(await deps.outbox.send(routed.flatMap(({ jobs }) => jobs)));
  const again = await Promise.all(
    routed.map(async ({ message, tenant, record, jobs }) => {
      const missing = jobs.filter((job) => unsent.has(job)).length;
      if (missing > 0) {
        deps.log.error("event.not-enqueued", { tenant, eventId: record.id, mails: jobs.length, missing });
        return [message.id];
      }
      try {
        await deps.events.recordRouted(tenant, record);
      } catch (error) {
        deps.log.error("event.not-recorded", { tenant, eventId: record.id }, error);
        return [message.id];
      }
      deps.log.info("event.routed", { tenant, scope: record.scope, eventId: record.id, mails: jobs.length });
      return [];
    }),
  );
  return again.flat();
};

const turnAway = async (
  deps: NotifyDeps,
  tenant: Tenant,
  busEvent: BusEvent,
  status: Exclude<EventStatus, "routed">,
  reason: string,
): Promise<undefined> => {
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
  deps.log.warn("event.turned-away", { tenant, eventId: id, status });
};

/**
 * When a bus event came in: the bus's time, the same for every redelivery, unless its publisher set a time that would
 * put the record where nobody looks.
 */
const receivedAtOf = (busEvent: BusEvent, now: Date): string => {
  const time = new Date(busEvent.time);
  return (Math.abs(now.getTime() - time.getTime()) < DAY_MS ? time : now).toISOString();
};

const deadLetter = async (deps: NotifyDeps, message: IncomingMessage, reason: string): Promise<undefined> => {
  await deps.deadLetters.put(message.body, reason);
  deps.log.warn("event.dead-lettered", { messageId: message.id, reason });
};
