import { type NotifyDeps, notify } from "../../shared/flow/notify.ts";
import type { EventStore } from "../../shared/flow/ports.ts";
import { NO_AWS_SOURCES } from "../fakes/aws-sources.ts";
import { addressOf, aRule, busEventOf, NOW, scopeOf } from "../fakes/builders.ts";
import { fixedRouting } from "../fakes/fixed-config.ts";
import { createMemoryDigestStore } from "../fakes/memory-digest-store.ts";
import { createMemoryEventStore } from "../fakes/memory-event-store.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { createMemoryMetrics } from "../fakes/memory-metrics.ts";
import { createMemoryOutcomeStore } from "../fakes/memory-outcome-store.ts";
import { createMemoryWaitingRoom } from "../fakes/memory-waiting-room.ts";
import { createRecordingDeadLetters } from "../fakes/recording-dead-letters.ts";
import { createRecordingOutbox } from "../fakes/recording-outbox.ts";

const SCOPES = ["acme", "acme.eng", "globex"].map(scopeOf);

const RULES = [
  aRule(),
  aRule({ scope: scopeOf("globex"), recipients: { emails: [addressOf("g@globex.example")], groups: [] } }),
];

/** An intake in memory, for the tenants `acme` and `globex` with a rule each. */
export const createIntake = (different: Partial<NotifyDeps> = {}) => {
  const events = createMemoryEventStore();
  const outcomes = createMemoryOutcomeStore();
  const outbox = createRecordingOutbox();
  const waiting = createMemoryWaitingRoom();
  const digests = createMemoryDigestStore();
  const deadLetters = createRecordingDeadLetters();
  const log = createMemoryLog();
  const metrics = createMemoryMetrics();
  const config = fixedRouting({ scopes: SCOPES, rules: RULES });
  const deps: NotifyDeps = {
    awsSources: NO_AWS_SOURCES,
    config,
    events,
    outcomes,
    outbox,
    waiting,
    digests,
    deadLetters,
    log,
    metrics,
    now: () => NOW,
    ...different,
  };
  return {
    deps,
    events,
    outcomes,
    outbox,
    waiting,
    digests,
    deadLetters,
    log,
    metrics,
    config,
    /** Takes in a batch; each message is `m0`, `m1` ... Answers those that come again. */
    take: (...bodies: readonly (object | string)[]) =>
      notify(
        deps,
        bodies.map((body, index) => ({
          id: `m${index}`,
          body: typeof body === "string" ? body : JSON.stringify(body),
        })),
      ),
  };
};

/** A failed pipeline of `acme`, as its publisher tells it. */
export const DETAIL = { id: "e1", scope: "acme", type: "PipelineFailed" };

/** One publication of an event: its own bus id, the same event. */
export const publication = (busId: string, detail: object = DETAIL, source = "acme.ci") =>
  busEventOf(detail, { id: busId, source });

/** An event store of which one method fails for some events. */
export const failing = (
  events: EventStore,
  method: "receive" | "recordRouted" | "recordTurnedAway",
  which: (id: string) => boolean,
) => {
  const guard = (id: string) => {
    if (which(id)) throw new Error("the table is not there");
  };
  const wrapped: EventStore = {
    ...events,
    receive: async (tenant, event, ...rest) => {
      if (method === "receive") guard(event.id);
      return events.receive(tenant, event, ...rest);
    },
    recordRouted: async (tenant, record) => {
      if (method === "recordRouted") guard(record.id);
      return events.recordRouted(tenant, record);
    },
    recordTurnedAway: async (tenant, record, busId) => {
      if (method === "recordTurnedAway") guard(record.id);
      return events.recordTurnedAway(tenant, record, busId);
    },
  };
  return wrapped;
};

/** Says yes the first time it is asked, and no ever after. */
export const once = () => {
  let used = false;
  return () => {
    const first = !used;
    used = true;
    return first;
  };
};
