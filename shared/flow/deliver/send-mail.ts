import type { Delivery } from "../../domain/delivery.ts";
import { providersOf } from "../../domain/mail-settings.ts";
import { mayFailOver, possiblySent, type SendOutcome } from "../../domain/outcome.ts";
import type { Transport } from "../../domain/transport.ts";
import type { Made, MadeMail } from "../make-mail/made-mail.ts";
import type { OutgoingMail, Provider } from "../provider-ports.ts";
import { earliest, noteSend, type Wait } from "./admit.ts";
import { alertSuspension } from "./alert-suspension.ts";
import { compose } from "./compose.ts";
import { type Departure, type OpenWayDeps, openWay, type Way } from "./open-way.ts";

/** A mail to send, held by a claim. */
export interface MailTask extends Omit<Departure, "made"> {
  readonly delivery: Delivery;
  /** When the send must have ended. */
  readonly deadline: Date;
}

/** How a mail fared with one provider. */
export interface Tried {
  readonly outcome: SendOutcome;
  /** Null when none was asked. */
  readonly provider: Provider["kind"] | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** How a mail fared: tried with one provider or several, put off before any was asked, or found to be about nothing. */
export type Sending =
  | {
      readonly kind: "tried";
      readonly tries: readonly Tried[];
      readonly made: MadeMail | undefined;
      /** How the last send ended, to be noted with {@link noteEnd} as soon as the mail's own outcome is stored. */
      readonly end: SendEnd | undefined;
    }
  | Wait
  | Extract<Made, { kind: "nothing" }>;

/** How a send ended, and by which way: what others who want to go this way should know. */
export interface SendEnd {
  readonly transport: Transport;
  readonly outcome: SendOutcome;
}

/**
 * Sends a mail with the first provider that takes it: the one of the settings, then its fallbacks in order. The next
 * one is asked only when the mail certainly did not go out and when it is not the mail's own fault; each gets its share
 * of the time left. One that nothing may be sent by just now is passed over.
 */
export const sendMail = async (deps: OpenWayDeps, task: MailTask): Promise<Sending> => {
  const { settings } = task.stored;
  const left = providersOf(settings);
  const tries: Tried[] = [];
  const waits: Wait[] = [];
  let end: SendEnd | undefined;
  let made: MadeMail | undefined;
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    await noteEnd(deps, task, end);
    end = undefined;
    const startedAt = deps.now();
    const way = await openWay(deps, { ...task, made }, next);
    if (way.kind === "nothing") return way;
    if (way.kind === "wait") {
      waits.push(way);
      if (isBinding(way)) break;
    } else {
      const { outcome, provider, ...rest } = await tryWay(deps, { ...task, made }, way, left.length + 1);
      tries.push({ outcome, provider, startedAt, endedAt: deps.now() });
      ({ end, made } = rest);
      if (endsSearch(outcome)) break;
    }
  }
  return waitOf(tries, waits) ?? { kind: "tried", tries, made, end };
};

/** What a mail waits for, unless a provider was asked: then that counts. */
const waitOf = (tries: readonly Tried[], waits: readonly Wait[]): Wait | undefined =>
  tries.some(({ provider }) => provider !== null) ? undefined : (waits.find(isBinding) ?? earliest(waits));

const endsSearch = (outcome: SendOutcome): boolean => outcome.kind === "accepted" || !mayFailOver(outcome);

/** Whoever has a slot of a rate waits for it; and what we cannot do now we cannot do for another provider either. */
const isBinding = ({ permit, isOurs }: Wait): boolean => permit !== undefined || isOurs === true;

const tryWay = async (
  deps: OpenWayDeps,
  task: MailTask & Pick<Departure, "made">,
  way: Extract<Way, { kind: "open" | "unusable" }>,
  waysLeft: number,
): Promise<Pick<Tried, "outcome" | "provider"> & Pick<Extract<Sending, { kind: "tried" }>, "made" | "end">> => {
  if (way.kind === "unusable") return { outcome: way.failure, provider: null, made: task.made, end: undefined };
  const { transport, provider, made } = way;
  const mail = compose(task.job, made, task.stored.settings, task.delivery.messageId);
  const msLeft = Math.max(0, task.deadline.getTime() - deps.now().getTime());
  const outcome = await send(deps, provider, mail, Math.round(msLeft / waysLeft));
  return { outcome, provider: provider.kind, made, end: { transport, outcome } };
};

/** A provider that throws has a bug: how far it came with the mail, nobody knows. */
const send = async (
  { log, metrics }: OpenWayDeps,
  provider: Provider,
  mail: OutgoingMail,
  timeoutMs: number,
): Promise<SendOutcome> => {
  try {
    return await provider.send(mail, AbortSignal.timeout(timeoutMs));
  } catch (error) {
    metrics.add({ name: "OwnFailures", value: 1 });
    log.error("provider.failed", { deliveryId: mail.deliveryId, provider: provider.kind }, error);
    return possiblySent("Sending ended with an error of Tidings' own, which the log of the function deliver tells.");
  }
};

/**
 * Notes how a send ended, if there was one, and tells people when its login was refused. Never throws. The last send of
 * a mail is noted only after the mail's own outcome: until that is stored, the end of this process would leave it
 * ambiguous.
 */
export const noteEnd = async (
  deps: OpenWayDeps,
  { delivery, stored }: MailTask,
  end: SendEnd | undefined,
): Promise<void> => {
  if (end === undefined) return;
  const { transport, outcome } = end;
  const repeated = outcome.kind === "failed" && delivery.attempts.some(({ reason }) => reason === outcome.reason);
  const breaker = await noteSend(deps, transport, outcome, repeated);
  if (breaker !== undefined) await alertSuspension(deps, stored.settings, transport, breaker);
};
