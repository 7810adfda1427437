import type { DeliverJob } from "../../shared/contracts/deliver-job.ts";
import type { StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import type { SendOutcome } from "../../shared/domain/outcome.ts";
import { type DeliverDeps, deliver } from "../../shared/flow/deliver.ts";
import type { SecretValue } from "../../shared/flow/ports.ts";
import { NOT_CONNECTED } from "../fakes/access-tokens.ts";
import { aJob, NOW, settingsOf } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { createMemoryDeliveryStore } from "../fakes/memory-delivery-store.ts";
import { createMemoryLog } from "../fakes/memory-log.ts";
import { plainMails } from "../fakes/plain-mails.ts";
import { plainSending } from "../fakes/plain-sending.ts";
import { ACCEPTED, createScriptedProviders, type Script } from "../fakes/scripted-providers.ts";

/** Seconds a claim of the sender lasts. */
export const LEASE_SECONDS = 30;

/** What a test wants to be different. */
export interface Setting {
  readonly settings?: readonly StoredMailSettings[];
  readonly script?: Script;
  readonly secrets?: (scope: string, versionId: string) => Promise<SecretValue | undefined>;
  readonly deps?: Partial<DeliverDeps>;
}

/** A sender in memory at a clock of its own. `acme` and `system` have a server without login each. */
export const createSender = (setting: Setting = {}) => {
  let now = NOW;
  const deliveries = createMemoryDeliveryStore();
  const providers = createScriptedProviders(setting.script);
  const log = createMemoryLog();
  const sending = plainSending();
  const deps: DeliverDeps = {
    ...plainMails(),
    ...sending,
    config: fixedSending(setting.settings ?? [settingsOf("system"), settingsOf("acme")], [], sending.suppressions),
    deliveries,
    secrets: { read: setting.secrets ?? (async () => undefined) },
    accessTokens: NOT_CONNECTED,
    providers,
    retry: { baseSeconds: 30, capSeconds: 600, giveUpHours: 48, feedbackSeconds: 600 },
    leaseSeconds: LEASE_SECONDS,
    sendDeadlineSeconds: 25,
    log,
    now: () => now,
    random: () => 0.5,
    ...setting.deps,
  };
  return {
    deps,
    deliveries,
    suppressions: sending.suppressions,
    breakers: sending.breakers,
    outbox: sending.outbox,
    published: sending.announcer.published,
    announced: sending.announcer.announced,
    log,
    metrics: sending.metrics,
    sent: providers.sent,
    opened: providers.opened,
    wait: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    /** Sends a batch; each message is `m0`, `m1` ... Answers those that come again. */
    take: (...jobs: readonly (DeliverJob | string)[]) =>
      deliver(
        deps,
        jobs.map((job, index) => ({ id: `m${index}`, body: typeof job === "string" ? job : JSON.stringify(job) })),
      ),
    delivery: (job: DeliverJob = aJob()) => deliveries.delivery(job.deliveryId),
    /** The job that a waiting delivery comes back with. */
    waitingJob: (job: DeliverJob = aJob()): DeliverJob => {
      const waiting = deliveries.waiting(job.deliveryId);
      if (waiting === null) throw new Error("the delivery does not wait");
      return waiting.job;
    },
  };
};

/** A script that ends the first send so, the second so ... and accepts every further one. */
export const endings = (...outcomes: SendOutcome[]): Script => {
  const left = [...outcomes];
  return () => left.shift() ?? ACCEPTED;
};
