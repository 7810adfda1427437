import { type DeliverJob, parseDeliverJob } from "../contracts/deliver-job.ts";
import type { Log } from "../domain/log.ts";
import type { StoredMailSettings } from "../domain/mail-settings.ts";
import type { Failed } from "../domain/outcome.ts";
import type { RetryPolicy } from "../domain/retry.ts";
import { type Tenant, tenantOf } from "../domain/scope.ts";
import { type ChooseDeps, chooseProvider, settingsInForce } from "./choose-provider.ts";
import { compose, messageIdOf } from "./compose.ts";
import type {
  Claim,
  ConfigSource,
  DeliveryStore,
  EventStore,
  OutgoingMail,
  Provider,
  Render,
  SendingConfig,
} from "./ports.ts";
import { settle } from "./settle.ts";

/** What the sender needs. */
export interface DeliverDeps extends ChooseDeps {
  readonly config: ConfigSource<SendingConfig>;
  readonly deliveries: DeliveryStore;
  readonly events: Pick<EventStore, "read">;
  readonly render: Render;
  readonly retry: RetryPolicy;
  /** Seconds a claim lasts. Longer than a send can take. */
  readonly leaseSeconds: number;
  /** Seconds one send may take, from claim to outcome. */
  readonly sendDeadlineSeconds: number;
  readonly log: Log;
  readonly now: () => Date;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** A message of the outbox. */
export interface OutboxMessage {
  readonly id: string;
  readonly body: string;
}

/**
 * Sends a batch of mails side by side: each is claimed, sent and recorded on its own, so that a hung server of one
 * tenant holds up nobody else. Answers the ids of the messages to be delivered again.
 */
export const deliver = async (deps: DeliverDeps, messages: readonly OutboxMessage[]): Promise<string[]> => {
  const jobs = messages.map((message) => ({ message, job: parseDeliverJob(message.body) }));
  const configs = await deps.config.load(new Set(jobs.flatMap(({ job }) => (job ? tenantOf(job.scope) : []))));
  const again = await Promise.all(
    jobs.map(async ({ message, job }) => {
      // Nobody can act on a job that cannot be read; it ends in the dead-letter queue for a developer.
      if (job === undefined) return [message.id];
      try {
        return (await deliverOne(deps, job, configs)) ? [] : [message.id];
      } catch (error) {
        deps.log.error("delivery.not-processed", { deliveryId: job.deliveryId }, error);
        return [message.id];
      }
    }),
  );
  return again.flat();
};

/** Answers whether the message has done its work. */
const deliverOne = async (
  deps: DeliverDeps,
  job: DeliverJob,
  configs: ReadonlyMap<Tenant, SendingConfig>,
): Promise<boolean> => {
  const startedAt = deps.now();
  const stored = settingsInForce(job.scope, configs);
  const leaseUntil = new Date(startedAt.getTime() + deps.leaseSeconds * 1000).toISOString();
  const messageId = messageIdOf(job.deliveryId, stored?.settings);
  const result = await deps.deliveries.claim(job, messageId, leaseUntil, startedAt);
  switch (result.kind) {
    case "finished":
      return true;
    case "busy":
      return false;
    case "abandoned":
      await settle(deps, job, result.claim, { stored, outcome: ABANDONED, provider: null, subject: null, startedAt });
      return true;
    case "claimed":
      await sendClaimed(deps, job, result.claim, stored, startedAt);
      return true;
  }
};

/** A sender died between its claim and its outcome: the mail may have gone out (RFC 1047). */
const ABANDONED: Failed = {
  kind: "failed",
  class: "ambiguous",
  reason: "possibly-sent",
  phase: "accepted",
  code: null,
  enhancedCode: null,
  text: "The sender stopped before it could record how the send ended.",
};

/** Something of ours failed before anything was sent: the details are in the log. */
const NOT_PREPARED: Failed = {
  kind: "failed",
  class: "transient",
  reason: "unknown",
  phase: "settings",
  code: null,
  enhancedCode: null,
  text: "The mail could not be made ready to send.",
};

const sendClaimed = async (
  deps: DeliverDeps,
  job: DeliverJob,
  claim: Claim,
  stored: StoredMailSettings | undefined,
  startedAt: Date,
): Promise<void> => {
  const prepared = await prepare(deps, job, claim, stored);
  if (prepared.kind === "unusable") {
    return settle(deps, job, claim, { stored, outcome: prepared.failure, provider: null, subject: null, startedAt });
  }
  const { mail, provider } = prepared;
  const outcome = await provider.send(mail, AbortSignal.timeout(Math.round(deps.sendDeadlineSeconds * 1000)));
  return settle(deps, job, claim, { stored, outcome, provider: provider.kind, subject: mail.subject, startedAt });
};

/** A mail with the provider to send it, or why it cannot be sent now. */
type Prepared =
  | { readonly kind: "ready"; readonly mail: OutgoingMail; readonly provider: Provider }
  | { readonly kind: "unusable"; readonly failure: Failed };

/** Makes the mail and opens its provider. Nothing has left yet, so whatever goes wrong here can be tried again safely. */
const prepare = async (
  deps: DeliverDeps,
  job: DeliverJob,
  claim: Claim,
  stored: StoredMailSettings | undefined,
): Promise<Prepared> => {
  try {
    const event = job.event ?? (await deps.events.read(tenantOf(job.scope), job.eventId));
    if (event === undefined) throw new Error(`cannot deliver ${job.deliveryId}: its event is not stored`);
    const choice = await chooseProvider(deps, stored);
    if (choice.kind === "unusable") return choice;
    const mail = compose(job, event, choice.settings, deps.render(event), claim.delivery.messageId);
    return { kind: "ready", mail, provider: choice.provider };
  } catch (error) {
    deps.log.error("mail.not-prepared", { deliveryId: job.deliveryId }, error);
    return { kind: "unusable", failure: NOT_PREPARED };
  }
};
