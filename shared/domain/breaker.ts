import {
  type Failed,
  isHostFailure,
  isLoginRefused,
  pauseSecondsOf,
  type SendOutcome,
  type SendPhase,
} from "./outcome.ts";
import type { Transport } from "./transport.ts";

/** Host-level failures in a row that open a breaker. */
export const FAILURES_TO_OPEN = 5;

/** Longest time between two probes: with jitter, spread and the next release it stays below 30 minutes. */
const MAX_INTERVAL_SECONDS = 1680;

/** Longest time after which parked mails ask again whether a suspension is over. */
const MAX_RECHECK_SECONDS = 900;

/** What is known about a transport. Instants are ISO-8601. */
export interface Breaker {
  /** Host-level failures since the latest success. */
  readonly failures: number;
  /** How often it opened since the latest success. */
  readonly openings: number;
  /** While it is open: when a probe may go out. */
  readonly openUntil: string | null;
  /** While a probe is out: when its sender counts as dead. */
  readonly probeUntil: string | null;
  /** The edition that a server last dealt with, for transports with a login. */
  readonly provenEdition: string | null;
  /** The edition whose login was refused: nothing goes out with it any more. */
  readonly suspension: Suspension | null;
}

/** That a login was refused. */
export interface Suspension {
  readonly edition: string;
  readonly since: string;
  /** When people were told, null when they were not yet. */
  readonly toldAt: string | null;
  /** While somebody tells them: when they count as dead. */
  readonly tellingUntil: string | null;
}

/** Nothing is known against the transport. */
export const CLOSED: Breaker = {
  failures: 0,
  openings: 0,
  openUntil: null,
  probeUntil: null,
  provenEdition: null,
  suspension: null,
};

/** How long a breaker stays open the first time and at most, before jitter; other waits go by the same measure. */
export interface BreakerPolicy {
  readonly baseSeconds: number;
  readonly capSeconds: number;
}

/**
 * Whether a mail may go out: at once; as the one probe, for whoever takes it; or not before `until`. A login that no
 * server has accepted yet is probed like a host that failed, so that a wrong one is shown once and not by every sender.
 */
export type Verdict =
  | { readonly kind: "go" | "probe" }
  | { readonly kind: "wait"; readonly why: "open" | "suspended" | "probed"; readonly until: Date };

/** See {@link Verdict}. */
export const verdictOf = (breaker: Breaker, transport: Transport, policy: BreakerPolicy, now: Date): Verdict => {
  const { openUntil, probeUntil, suspension } = breaker;
  if (suspension?.edition === transport.edition) {
    return { kind: "wait", why: "suspended", until: recheckAt(suspension, policy, now) };
  }
  if (openUntil !== null && new Date(openUntil) > now) return { kind: "wait", why: "open", until: new Date(openUntil) };
  if (openUntil === null && isProven(breaker, transport)) return { kind: "go" };
  return probeUntil !== null && new Date(probeUntil) > now
    ? { kind: "wait", why: "probed", until: secondsAfter(now, policy.baseSeconds) }
    : { kind: "probe" };
};

const isProven = ({ provenEdition }: Breaker, { hasLogin, edition }: Transport): boolean =>
  !hasLogin || provenEdition === edition;

/** Soon after an incident began people are at work on it; later a rarer look is enough. */
const recheckAt = ({ since }: Suspension, { baseSeconds }: BreakerPolicy, now: Date): Date => {
  const ageSeconds = (now.getTime() - Date.parse(since)) / 1000;
  return secondsAfter(now, Math.min(Math.max(ageSeconds / 10, 2 * baseSeconds), MAX_RECHECK_SECONDS));
};

/** What the end of a send says about its transport. */
export interface Ending {
  readonly outcome: SendOutcome;
  /** Whether the same mail was turned away like this before, with time to get over it in between. */
  readonly repeated: boolean;
  readonly now: Date;
  /** A number in [0, 1). */
  readonly random: number;
}

/** What is known after a send. The very same object when it changes nothing. */
export const afterSend = (breaker: Breaker, transport: Transport, policy: BreakerPolicy, ending: Ending): Breaker => {
  const { outcome } = ending;
  const failed =
    outcome.kind === "failed" ? afterFailure(breaker, transport, policy, { ...ending, outcome }) : undefined;
  return failed ?? (isClosed(breaker, transport) ? breaker : close(breaker, transport));
};

/** What a failure leaves behind; undefined when the server was in order all the same. */
const afterFailure = (
  breaker: Breaker,
  transport: Transport,
  policy: BreakerPolicy,
  ending: Ending & { readonly outcome: Failed },
): Breaker | undefined => {
  const { outcome, repeated, now } = ending;
  if (outcome.isShared) return breaker;
  if (isLoginRefused(outcome) || (repeated && outcome.reason === "api-forbidden"))
    return suspend(breaker, transport, now);
  if (outcome.class === "transient" && pauseSecondsOf(outcome) > 0) return pause(breaker, outcome, now);
  if (isHostFailure(outcome)) return countFailure(breaker, policy, ending);
  if (DEALT_WITH.includes(outcome.phase)) return undefined;
  // It never came as far as to tell anything: whoever wants to may probe.
  return breaker.probeUntil === null ? breaker : { ...breaker, probeUntil: null };
};

/** Phases in which a server that answers is in order, and has accepted the login if there is one. */
const DEALT_WITH: readonly SendPhase[] = ["sender", "recipient", "accepted"];

const suspend = (breaker: Breaker, { edition }: Transport, now: Date): Breaker =>
  breaker.suspension?.edition === edition
    ? breaker
    : {
        ...breaker,
        probeUntil: null,
        suspension: { edition, since: now.toISOString(), toldAt: null, tellingUntil: null },
      };

/** A server that asks for a pause means all mails, not just the one it told. */
const pause = (breaker: Breaker, outcome: Failed, now: Date): Breaker => ({
  ...breaker,
  probeUntil: null,
  openUntil: secondsAfter(now, pauseSecondsOf(outcome)).toISOString(),
});

const countFailure = (breaker: Breaker, policy: BreakerPolicy, { now, random }: Ending): Breaker => {
  const failures = breaker.failures + 1;
  const counted = { ...breaker, failures, probeUntil: null };
  if (failures < FAILURES_TO_OPEN || isOpenAt(breaker, now)) return counted;
  const longest = Math.min(policy.capSeconds, MAX_INTERVAL_SECONDS);
  const interval = Math.min(policy.baseSeconds * 2 ** Math.min(breaker.openings, 40), longest);
  const openUntil = secondsAfter(now, interval * (0.5 + random / 2)).toISOString();
  return { ...counted, openings: breaker.openings + 1, openUntil };
};

const isClosed = (breaker: Breaker, transport: Transport): boolean =>
  breaker.failures === 0 &&
  breaker.openUntil === null &&
  breaker.probeUntil === null &&
  breaker.suspension?.edition !== transport.edition &&
  isProven(breaker, transport);

const close = ({ suspension }: Breaker, { edition, hasLogin }: Transport): Breaker => ({
  ...CLOSED,
  provenEdition: hasLogin ? edition : null,
  suspension: suspension?.edition === edition ? null : suspension,
});

/** Whether the server is to be left alone that was not before. */
export const hasOpened = (before: Breaker, { openUntil }: Breaker, now: Date): boolean =>
  openUntil !== null && openUntil !== before.openUntil && !isOpenAt(before, now);

const isOpenAt = ({ openUntil }: Breaker, now: Date): boolean => openUntil !== null && new Date(openUntil) > now;

/** Whether a login has turned out to be refused that was not known to be before. */
export const hasSuspended = (before: Breaker, { suspension }: Breaker): boolean =>
  suspension !== null && suspension.edition !== before.suspension?.edition;

const secondsAfter = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000);

/** Whether people have yet to be told of a suspension, and nobody is at it. */
export const isUntold = ({ suspension }: Breaker, { edition }: Transport, now: Date): boolean =>
  suspension?.edition === edition &&
  suspension.toldAt === null &&
  (suspension.tellingUntil === null || new Date(suspension.tellingUntil) <= now);

/** The same breaker with another word on who was told of its suspension, unless that is over. */
export const withTold = (
  breaker: Breaker,
  { edition }: Transport,
  told: Pick<Suspension, "toldAt" | "tellingUntil">,
): Breaker =>
  breaker.suspension?.edition === edition ? { ...breaker, suspension: { ...breaker.suspension, ...told } } : breaker;
