import { setTimeout as wait } from "node:timers/promises";
import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { DeliveryId } from "../../shared/domain/delivery.ts";
import { type DeliverDeps, deliver } from "../../shared/flow/deliver.ts";
import type { DeliveryStore, Provider } from "../../shared/flow/ports.ts";
import { createEgressGuard } from "../../shared/providers/egress.ts";
import { createProviders } from "../../shared/providers/registry.ts";
import { addressOf, aJob, scopeOf, settingsOf } from "../fakes/builders.ts";
import { createMemoryDeliveryStore } from "../fakes/memory-delivery-store.ts";
import { createSender } from "../flow/sender-in-memory.ts";
import { smtpSettings } from "../providers/smtp-harness.ts";
import { createFairQueue, type FairQueue } from "./fair-queue.ts";

/**
 * Environments of the sender, and mails each is given at a time. For a backlog Lambda begins with five batches and adds
 * up to 300 environments a minute ("Scaling behavior for SQS"): this many after two seconds.
 */
const ENVIRONMENTS = 16;
const BATCH = 10;

/** How long one send may take: what is 25 s in production. */
const SEND_DEADLINE_SECONDS = 1;

/** How often the quiet tenant has a mail. */
const EVERY_MS = 10;

/** How often what is due is released: each minute in production. */
const RELEASE_EVERY_MS = 200;

/** How long the table takes for a write, as DynamoDB does: memory would leave nothing but the machine's own noise. */
const WRITE_MS = 10;

/** How much is done in one piece beside the sender. */
const PIECE = 10;

const [NOISY, QUIET] = ["acme", "globex"];

/** A hung tenant and a quiet one with the same sender. */
export interface Line {
  /** Sends the first mails of the hung tenant, which find out that its server hangs. */
  discoverHang(): Promise<void>;
  /** Puts mails of the hung tenant into the queue. */
  pileUp(mails: number): Promise<void>;
  /** Puts a mail of the quiet tenant into the queue now and then, and answers how many milliseconds each took. */
  sendQuietly(mails: number, name: string): Promise<number[]>;
  hungSends(): number;
  /** Mails of the hung tenant that were not sent. */
  kept(): number;
  stop(): Promise<void>;
}

/** Starts the sender's environments in front of a good server and one that hangs. */
export const startLine = (goodPort: number, hungPort: number): Line => {
  const queue = createFairQueue();
  const arrivals = new Map<DeliveryId, number>();
  const noisy = new Set<DeliveryId>();
  const deliveries = createMemoryDeliveryStore();
  const stopping = new AbortController();
  let hungSends = 0;

  const openProviders = () =>
    watchedProviders([goodPort, hungPort], {
      onHungSend: () => {
        hungSends += 1;
      },
      onArrival: (id) => void arrivals.set(id, performance.now()),
    });
  const deps = senderDeps(goodPort, hungPort, deliveries);
  const environments = Array.from({ length: ENVIRONMENTS }, () =>
    work({ ...deps, providers: openProviders() }, queue, stopping.signal),
  );
  const put = (job: DeliverJob) => queue.put({ id: job.deliveryId, group: job.scope, body: JSON.stringify(job) });
  const isParked = (id: DeliveryId) => deliveries.waiting(id) !== null;
  const releaseDue = (id: DeliveryId) => {
    const waiting = deliveries.waiting(id);
    if (waiting !== null && waiting.dueAt <= new Date().toISOString()) put(waiting.job);
  };
  const releasing = release(() => inPieces([...noisy], releaseDue), stopping.signal);
  const pileUp = (mails: number) =>
    inPieces(Array.from({ length: mails }), () => {
      const job = jobOf(NOISY, `noisy-${noisy.size}`);
      noisy.add(job.deliveryId);
      put(job);
    });

  return {
    pileUp,
    discoverHang: async () => {
      await pileUp(BATCH);
      while (![...noisy].every(isParked)) await wait(EVERY_MS);
    },
    sendQuietly: async (mails, name) => {
      const sent = new Map<DeliveryId, number>();
      for (let index = 0; index < mails; index += 1) {
        const job = jobOf(QUIET, `${name}-${index}`);
        sent.set(job.deliveryId, performance.now());
        put(job);
        await wait(EVERY_MS);
      }
      while (![...sent.keys()].every((id) => arrivals.has(id))) await wait(EVERY_MS);
      return [...sent].map(([id, at]) => (arrivals.get(id) ?? Number.POSITIVE_INFINITY) - at);
    },
    hungSends: () => hungSends,
    kept: () => [...noisy].filter((id) => deliveries.delivery(id)?.state !== "accepted").length,
    stop: async () => {
      stopping.abort();
      await Promise.all([...environments, releasing]);
    },
  };
};

/** What both tenants' senders work with: a clock that goes, and a table that takes its time. */
const senderDeps = (goodPort: number, hungPort: number, deliveries: DeliveryStore): DeliverDeps => {
  const slowly: DeliveryStore = {
    claim: (...args) => wait(WRITE_MS).then(() => deliveries.claim(...args)),
    settle: (...args) => wait(WRITE_MS).then(() => deliveries.settle(...args)),
  };
  return createSender({
    settings: [
      settingsOf(NOISY, { provider: smtpSettings(hungPort) }),
      settingsOf(QUIET, { provider: smtpSettings(goodPort) }),
    ],
    deps: {
      deliveries: slowly,
      now: () => new Date(),
      sleep: (ms) => wait(ms),
      sendDeadlineSeconds: SEND_DEADLINE_SECONDS,
      leaseSeconds: 2 * SEND_DEADLINE_SECONDS,
      retry: { baseSeconds: 4, capSeconds: 8, giveUpHours: 48 },
      log: { info: () => {}, warn: () => {}, error: () => {} },
    },
  }).deps;
};

/** Told what the providers of an environment do. */
interface Watch {
  readonly onHungSend: () => void;
  readonly onArrival: (id: DeliveryId) => void;
}

/** Providers of one environment's own, over real connections. */
const watchedProviders = (ports: readonly number[], { onHungSend, onArrival }: Watch): DeliverDeps["providers"] => {
  const guard = createEgressGuard({
    allowedTargets: ports.map((port) => ({ port, network: (ip) => ip === "127.0.0.1" })),
    resolve: async () => ["127.0.0.1"],
  });
  const providers = createProviders({ guard, sendgridBaseUrl: "", requestTimeoutMs: 1000 });
  return {
    open: (scope, settings, secrets): Provider => {
      const provider = providers.open(scope, settings, secrets);
      return {
        ...provider,
        send: async (mail, signal) => {
          if (scope === NOISY) onHungSend();
          const outcome = await provider.send(mail, signal);
          if (outcome.kind === "accepted") onArrival(mail.deliveryId as DeliveryId);
          return outcome;
        },
      };
    },
  };
};

/** One environment: it takes batch after batch. */
const work = async (deps: DeliverDeps, queue: FairQueue, stopping: AbortSignal): Promise<void> => {
  while (!stopping.aborted) {
    const batch = queue.receive(BATCH);
    if (batch.length > 0) await deliver(deps, batch);
    queue.done(batch);
    // Lets connections be served, and the other environments have their turn.
    await new Promise((resolve) => (batch.length > 0 ? setImmediate(resolve) : setTimeout(resolve, 1)));
  }
};

const release = async (releaseAll: () => Promise<void>, stopping: AbortSignal): Promise<void> => {
  while (!stopping.aborted) {
    await releaseAll();
    await wait(RELEASE_EVERY_MS);
  }
};

/** What else goes on in this process must not take the sender's time in one piece: in production it is elsewhere. */
const inPieces = async <T>(items: readonly T[], handle: (item: T) => void): Promise<void> => {
  for (const [index, item] of items.entries()) {
    handle(item);
    if (index % PIECE === PIECE - 1) await new Promise((resolve) => setImmediate(resolve));
  }
};

const jobOf = (scope: string, eventId: string): DeliverJob => {
  const recipient = addressOf(`reader@${scope}.example`);
  const { deliveryId } = aJob({ eventId, recipient });
  return aJob({ scope: scopeOf(scope), eventId, recipient, deliveryId });
};
