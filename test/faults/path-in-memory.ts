import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { Delivery, DeliveryId } from "../../shared/domain/delivery.ts";
import type { AmbiguousPolicy } from "../../shared/domain/mail-settings.ts";
import { type DeliverDeps, deliver } from "../../shared/flow/deliver.ts";
import { type NotifyDeps, notify } from "../../shared/flow/notify.ts";
import { addressOf, aRule, busEventOf, NOW, scopeOf, settingsOf } from "../fakes/builders.ts";
import { fixedRouting } from "../fakes/fixed-config.ts";
import { createMemoryDeliveryStore } from "../fakes/memory-delivery-store.ts";
import { createMemoryEventStore } from "../fakes/memory-event-store.ts";
import { ACCEPTED, type Script } from "../fakes/scripted-providers.ts";
import { createIntake } from "../flow/intake-in-memory.ts";
import { createSender } from "../flow/sender-in-memory.ts";

/** Who is told of each event. */
export const RECIPIENTS = ["ada@acme.example", "alan@acme.example", "grace@acme.example"].map(addressOf);

/** A message of one of the queues. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
}

/** What a test wants to be different. */
export interface PathSetting {
  readonly policy?: AmbiguousPolicy;
  readonly recipients?: typeof RECIPIENTS;
  /** What the mail server does; a mail counts as arrived when it answers that it took it, or does not answer. */
  readonly script?: Script;
}

/** Nothing is told. */
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** From event to mail in memory, at a clock of its own, with both queues left to the test. */
export const createPath = ({
  policy = "retry",
  recipients = RECIPIENTS,
  script = () => ACCEPTED,
}: PathSetting = {}) => {
  let now = NOW;
  let messages = 0;
  const events = createMemoryEventStore();
  const deliveries = createMemoryDeliveryStore();
  const outbox: QueueMessage[] = [];
  const arrivals = new Map<DeliveryId, number>();
  const ids = new Set<DeliveryId>();

  const put = (job: DeliverJob): void => {
    messages += 1;
    ids.add(job.deliveryId);
    outbox.push({ id: `o${messages}`, body: JSON.stringify(job) });
  };
  const serve: Script = async (sent) => {
    const outcome = await script(sent);
    const has = outcome.kind === "accepted" || outcome.class === "ambiguous";
    const id = sent.mail.deliveryId as DeliveryId;
    if (has) arrivals.set(id, (arrivals.get(id) ?? 0) + 1);
    return outcome;
  };
  const routing = { scopes: [scopeOf("acme")], rules: [aRule({ recipients: { emails: recipients, groups: [] } })] };
  const intake: NotifyDeps = createIntake({
    events,
    config: fixedRouting(routing),
    outbox: {
      send: async (jobs) => {
        for (const job of jobs) put(job);
        return [];
      },
    },
    log: SILENT,
    now: () => now,
  }).deps;
  const sender: DeliverDeps = createSender({
    settings: [settingsOf("acme", { onAmbiguous: policy })],
    script: serve,
    deps: { deliveries, events, log: SILENT, now: () => now },
  }).deps;

  return {
    intake,
    sender,
    deliveries,
    /** What `notify` has put on its way and nobody has taken yet. */
    outbox,
    put,
    now: () => now,
    wait: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    /** All mails that were ever put on their way. */
    ids,
    arrivalsOf: (id: DeliveryId): number => arrivals.get(id) ?? 0,
    deliveryOf: (id: DeliveryId): Delivery | undefined => deliveries.delivery(id),
    /** The job a delivery waits with, if it is due. */
    dueJobOf: (id: DeliveryId): DeliverJob | undefined => {
      const waiting = deliveries.waiting(id);
      return waiting !== null && waiting.dueAt <= now.toISOString() ? waiting.job : undefined;
    },
    notify: (batch: readonly QueueMessage[], deps = intake) => notify(deps, batch),
    deliver: (batch: readonly QueueMessage[], deps = sender) => deliver(deps, batch),
  };
};

/** The path from event to mail in memory. */
export type Path = ReturnType<typeof createPath>;

/** The message of the events queue that one publication of an event leads to. */
export const eventMessage = (eventId: string, busEventId = `bus-${eventId}`): QueueMessage => ({
  id: busEventId,
  body: JSON.stringify(busEventOf({ id: eventId, scope: "acme", type: "PipelineFailed" }, { id: busEventId })),
});
