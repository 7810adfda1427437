import type { ProductMetrics } from "../../contracts/metrics.ts";
import {
  afterSend,
  type Breaker,
  type BreakerPolicy,
  CLOSED,
  hasOpened,
  hasSuspended,
  type Verdict,
  verdictOf,
} from "../../domain/breaker.ts";
import type { Log } from "../../domain/log.ts";
import type { SendOutcome } from "../../domain/outcome.ts";
import { askAgainAtMs, isGood, isNow, type Permit } from "../../domain/rate.ts";
import { type RateLines, rateLinesOf } from "../../domain/rate-lines.ts";
import type { Tenant } from "../../domain/scope.ts";
import type { Transport } from "../../domain/transport.ts";
import type { Breakers, Rates } from "../waiting-ports.ts";

/** What asking whether a mail may go out needs. */
export interface AdmitDeps {
  readonly breakers: Breakers;
  readonly rates: Rates;
  readonly retry: BreakerPolicy;
  /** Seconds after which a sender that took a probe counts as dead. */
  readonly leaseSeconds: number;
  readonly log: Log;
  readonly metrics: ProductMetrics;
  readonly now: () => Date;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Why a mail does not go out now, and when to ask again. */
export interface Wait {
  readonly kind: "wait";
  readonly until: Date;
  /** A sentence for administrators. */
  readonly reason: string;
  /** The slot it waits for, when it waits for one. */
  readonly permit?: Permit | undefined;
  /** Set when the login was refused and nothing goes out until it is mended. */
  readonly suspended?: { readonly transport: Transport; readonly breaker: Breaker } | undefined;
  /** Set when the fault is our own: another provider would not be of help. */
  readonly isOurs?: true | undefined;
}

/** Whether a mail goes out now, and whether it is the one that finds out about a server. */
export type Admission = { readonly kind: "go"; readonly isProbe: boolean } | Wait;

/** Senders know of each other's failures after this time; a mail that goes through costs no read more often. */
const MAX_AGE_MS = 5_000;

/** A first login is worth waiting for: it usually takes less than this, and the mails behind it then go at once. */
const FIRST_LOGIN = { polls: 25, everyMs: 200 };

/** What a mail is to a rate: one of its tenant's, perhaps with a slot. */
export interface Sendable {
  readonly tenant: Tenant;
  readonly permit: Permit | undefined;
}

/** Asks the breaker and then the rate of a transport. Whoever is let through as a probe has to tell how it ended. */
export const admit = async (
  deps: AdmitDeps,
  transport: Transport,
  perMinute: number | null,
  mail: Sendable,
): Promise<Admission> => {
  const admission = await askBreaker(deps, transport);
  if (admission.kind === "wait" || perMinute === null) return admission;
  try {
    const wait = await askRate(deps, transport, perMinute, mail);
    // A probe takes its slot but goes at once: the others wait for it.
    return wait === undefined || admission.isProbe ? admission : wait;
  } catch (error) {
    if (admission.isProbe) await giveProbeBack(deps, transport);
    throw error;
  }
};

/** The wait for a slot; undefined when the mail has one that has come. */
const askRate = async (
  deps: AdmitDeps,
  transport: Transport,
  perMinute: number,
  { tenant, permit: held }: Sendable,
): Promise<Wait | undefined> => {
  const now = deps.now();
  const permit = isGood(held, transport.id, perMinute, now)
    ? held
    : permitFor(transport, perMinute, await takeSlot(deps, rateLinesOf(transport, tenant, perMinute), now));
  if (permit !== undefined && isNow(Date.parse(permit.at), now.getTime())) return undefined;
  const until = new Date(permit?.at ?? askAgainAtMs(now.getTime(), deps.random()));
  const reason = `Waits for its turn: ${transport.name} gets at most ${perMinute} mails a minute.`;
  return { kind: "wait", until, reason, permit };
};

/** Now, by the quick line, for a tenant that may use it; otherwise a slot of the main line. */
const takeSlot = async (deps: AdmitDeps, { main, quick }: RateLines, now: Date): Promise<Date | undefined> =>
  quick !== undefined && (await isQuick(deps, quick, now)) ? now : deps.rates.reserve(main, now);

/** Never throws: whoever cannot pass the line stands in it. */
const isQuick = async (
  { rates, log }: AdmitDeps,
  { line, allowance }: NonNullable<RateLines["quick"]>,
  now: Date,
): Promise<boolean> => {
  try {
    const isAllowed = (await rates.reserve(allowance, now)) !== undefined;
    return isAllowed && (await rates.reserve(line, now)) !== undefined;
  } catch (error) {
    log.error("rate.not-quick", { scope: allowance.scope }, error);
    return false;
  }
};

const permitFor = (transport: Transport, perMinute: number, slot: Date | undefined): Permit | undefined =>
  slot && { transportId: transport.id, perMinute, at: slot.toISOString() };

const askBreaker = async (deps: AdmitDeps, transport: Transport): Promise<Admission> => {
  for (let poll = 0; ; poll += 1) {
    const breaker = await deps.breakers.read(transport, poll === 0 ? MAX_AGE_MS : 0);
    const verdict = verdictOf(breaker, transport, deps.retry, deps.now());
    if (verdict.kind === "go") return { kind: "go", isProbe: false };
    if (verdict.kind === "probe" && (await takeProbe(deps, transport))) return { kind: "go", isProbe: true };
    if (verdict.kind === "wait" && (!isFirstLogin(verdict, breaker) || poll >= FIRST_LOGIN.polls)) {
      return toWait(verdict, transport, breaker);
    }
    await deps.sleep(FIRST_LOGIN.everyMs);
  }
};

/** The wait at a transport that is known to be shut; undefined when a mail may try, or may wait for a first login. */
export const shutWait = async (deps: AdmitDeps, transport: Transport): Promise<Wait | undefined> => {
  const breaker = await deps.breakers.read(transport, MAX_AGE_MS);
  const verdict = verdictOf(breaker, transport, deps.retry, deps.now());
  return verdict.kind === "wait" && !isFirstLogin(verdict, breaker) ? toWait(verdict, transport, breaker) : undefined;
};

type Shut = Extract<Verdict, { kind: "wait" }>;

const isFirstLogin = ({ why }: Shut, { openUntil }: Breaker): boolean => why === "probed" && openUntil === null;

const toWait = ({ why, until }: Shut, transport: Transport, breaker: Breaker): Wait => ({
  kind: "wait",
  until,
  reason: REASONS[why](transport.name),
  suspended: why === "suspended" ? { transport, breaker } : undefined,
});

/** The wait that ends first. */
export const earliest = (waits: readonly Wait[]): Wait | undefined =>
  waits.toSorted((a, b) => a.until.getTime() - b.until.getTime())[0];

const REASONS = {
  open: (name: string) =>
    `Waits: ${name} failed several times in a row, or asked for a pause, and is left alone for a while.`,
  suspended: (name: string) =>
    `Waits: ${name} refused the login. Nothing is sent there until the mail settings or credentials change.`,
  probed: (name: string) => `Waits for another mail to find out whether ${name} works.`,
} as const;

const takeProbe = async (deps: AdmitDeps, transport: Transport): Promise<boolean> => {
  const probeUntil = new Date(deps.now().getTime() + deps.leaseSeconds * 1000).toISOString();
  const { changed } = await deps.breakers.change(transport, (known) =>
    verdictOf(known, transport, deps.retry, deps.now()).kind === "probe" ? { ...known, probeUntil } : known,
  );
  return changed;
};

/** Lets somebody else be the probe: this mail was let through as one and did not come as far as to ask the server. */
export const giveProbeBack = async (deps: AdmitDeps, transport: Transport): Promise<void> => {
  try {
    await deps.breakers.change(transport, (known) =>
      known.probeUntil === null ? known : { ...known, probeUntil: null },
    );
  } catch (error) {
    deps.log.error("breaker.not-noted", { scope: transport.scope }, error);
  }
};

/** Notes what the end of a send says about its transport. Never throws: the mail's own outcome must be recorded. */
export const noteSend = async (
  deps: AdmitDeps,
  transport: Transport,
  outcome: SendOutcome,
  repeated: boolean,
): Promise<Breaker | undefined> => {
  try {
    const random = deps.random();
    let before = CLOSED;
    const { breaker } = await deps.breakers.change(transport, (known) => {
      before = known;
      return afterSend(known, transport, deps.retry, { outcome, repeated, now: deps.now(), random });
    });
    if (hasOpened(before, breaker, deps.now())) deps.metrics.add({ name: "BreakersOpened", value: 1 });
    if (hasSuspended(before, breaker)) deps.metrics.add({ name: "TransportsSuspended", value: 1 });
    return breaker;
  } catch (error) {
    deps.log.error("breaker.not-noted", { scope: transport.scope }, error);
    return undefined;
  }
};
