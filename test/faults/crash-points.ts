import type { DeliverDeps } from "../../shared/flow/deliver.ts";
import type { NotifyDeps } from "../../shared/flow/notify.ts";
import type { DeliveryStore, EventStore, Outbox } from "../../shared/flow/ports.ts";
import type { Provider } from "../../shared/flow/provider-ports.ts";

/** Where `notify` can end in the middle of its work. */
export const NOTIFY_POINTS = [
  "before the rules are read",
  "before the event is taken in",
  "after the event is taken in",
  "before the mails are put on their way",
  "when half of the mails are on their way",
  "after the mails are put on their way",
  "before the event is recorded",
  "after the event is recorded",
] as const;

/** Where `deliver` can end in the middle of its work. */
export const DELIVER_POINTS = [
  "before the settings are read",
  "before the claim",
  "after the claim",
  "before the mail is handed over",
  "when the server has the mail and has not said so",
  "before the outcome is recorded",
  "after the outcome is recorded",
] as const;

/** A point of {@link NOTIFY_POINTS} or {@link DELIVER_POINTS}. */
export type CrashPoint = (typeof NOTIFY_POINTS)[number] | (typeof DELIVER_POINTS)[number];

/** Ends the run: a process that exits, or a promise that never settles, so that nothing after it happens. */
export type Die = () => Promise<never>;

/** A run that goes on no more, without an end of the process: what it would have done next never happens. */
export const vanish: Die = () => new Promise(() => {});

/** A call that dies before or after it has done its work, when that is the point. */
const around =
  <A extends unknown[], R>(
    call: (...args: A) => Promise<R>,
    reached: (point: CrashPoint) => Promise<void>,
    before: CrashPoint,
    after?: CrashPoint,
  ) =>
  async (...args: A): Promise<R> => {
    await reached(before);
    const result = await call(...args);
    if (after !== undefined) await reached(after);
    return result;
  };

const dyingAt = (at: CrashPoint, die: Die) => async (point: CrashPoint) => {
  if (point === at) await die();
};

/** An intake that dies when it reaches the point. */
export const notifyDyingAt = (deps: NotifyDeps, at: CrashPoint, die: Die): NotifyDeps => {
  const reached = dyingAt(at, die);
  const { config, events, outbox } = deps;
  const dyingEvents: EventStore = {
    ...events,
    receive: around(events.receive, reached, "before the event is taken in", "after the event is taken in"),
    recordRouted: around(events.recordRouted, reached, "before the event is recorded", "after the event is recorded"),
  };
  const dyingOutbox: Outbox = {
    send: async (jobs) => {
      await reached("before the mails are put on their way");
      const half = Math.ceil(jobs.length / 2);
      const first = await outbox.send(jobs.slice(0, half));
      await reached("when half of the mails are on their way");
      const second = await outbox.send(jobs.slice(half));
      await reached("after the mails are put on their way");
      return [...first, ...second];
    },
  };
  const load = around(
    (tenants: Parameters<typeof config.load>[0]) => config.load(tenants),
    reached,
    "before the rules are read",
  );
  return { ...deps, config: { load }, events: dyingEvents, outbox: dyingOutbox };
};

/** A sender that dies when it reaches the point. */
export const deliverDyingAt = (deps: DeliverDeps, at: CrashPoint, die: Die): DeliverDeps => {
  const reached = dyingAt(at, die);
  const { config, deliveries, providers } = deps;
  const dyingDeliveries: DeliveryStore = {
    ...deliveries,
    claim: around(deliveries.claim, reached, "before the claim", "after the claim"),
    settle: around(deliveries.settle, reached, "before the outcome is recorded", "after the outcome is recorded"),
  };
  const dying = (provider: Provider): Provider => ({
    ...provider,
    send: around(
      provider.send,
      reached,
      "before the mail is handed over",
      "when the server has the mail and has not said so",
    ),
  });
  const load = around(
    (tenants: Parameters<typeof config.load>[0]) => config.load(tenants),
    reached,
    "before the settings are read",
  );
  return {
    ...deps,
    config: { load },
    deliveries: dyingDeliveries,
    providers: { ...providers, open: (...args) => dying(providers.open(...args)) },
  };
};
