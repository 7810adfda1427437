import type { Delivery } from "../../domain/delivery.ts";
import { mayFailOver, type SendOutcome } from "../../domain/outcome.ts";
import type { Transport } from "../../domain/transport.ts";
import type { Made, MadeMail } from "../make-mail/made-mail.ts";
import type { Provider } from "../ports.ts";
import { noteSend, type Wait } from "./admit.ts";
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
  const left = [settings.provider, ...settings.fallback];
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
      // Whoever has a slot of a rate waits for it.
      if (way.permit !== undefined) break;
      continue;
    }
    made = way.kind === "open" ? way.made : made;
    const { outcome, provider, ...ended } = await tryWay(deps, task, way, left.length + 1);
    tries.push({ outcome, provider, startedAt, endedAt: deps.now() });
    end = ended.end;
    if (outcome.kind === "accepted" || !mayFailOver(outcome)) break;
  }
  const wasAsked = tries.some(({ provider }) => provider !== null);
  return (wasAsked ? undefined : earliest(waits)) ?? { kind: "tried", tries, made, end };
};

const earliest = (waits: readonly Wait[]): Wait | undefined =>
  waits.toSorted((a, b) => a.until.getTime() - b.until.getTime())[0];

const tryWay = async (
  deps: OpenWayDeps,
  task: MailTask,
  way: Extract<Way, { kind: "open" | "unusable" }>,
  waysLeft: number,
): Promise<Pick<Tried, "outcome" | "provider"> & { readonly end?: SendEnd }> => {
  if (way.kind === "unusable") return { outcome: way.failure, provider: null };
  const { transport, provider, made } = way;
  const mail = compose(task.job, made, task.stored.settings, task.delivery.messageId);
  const msLeft = Math.max(0, task.deadline.getTime() - deps.now().getTime());
  const outcome = await provider.send(mail, AbortSignal.timeout(Math.round(msLeft / waysLeft)));
  return { outcome, provider: provider.kind, end: { transport, outcome } };
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
