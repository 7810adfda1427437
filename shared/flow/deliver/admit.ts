import { afterSend, type Breaker, type BreakerPolicy, verdictOf } from "../../domain/breaker.ts";
import type { Log } from "../../domain/log.ts";
import type { SendOutcome } from "../../domain/outcome.ts";
import { isGood, isNow, type Permit } from "../../domain/rate.ts";
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
  readonly suspended?: Breaker | undefined;
}

/** Whether a mail goes out now. */
export type Admission = { readonly kind: "go" } | Wait;

/** Senders know of each other's failures after this time; a mail that goes through costs no read more often. */
const MAX_AGE_MS = 5_000;

/** A first login is worth waiting for: it usually takes less than this, and the mails behind it then go at once. */
const FIRST_LOGIN = { polls: 25, everyMs: 200 };

/** Asks the breaker and then the rate of a transport. Whoever is let through as a probe has to tell how it ended. */
export const admit = async (
  deps: AdmitDeps,
  transport: Transport,
  perMinute: number | null,
  permit: Permit | undefined,
): Promise<Admission> => {
  const admission = await askBreaker(deps, transport);
  if (admission.kind === "wait" || perMinute === null) return admission;
  const now = deps.now();
  const held = isGood(permit, transport.id, now)
    ? permit
    : { transportId: transport.id, at: (await deps.rates.reserve(transport, perMinute, now)).toISOString() };
  // A probe takes its slot but goes at once: the others wait for it.
  if (admission.isProbe || isNow(Date.parse(held.at), now.getTime())) return admission;
  const reason = `Waits for its turn: ${transport.name} gets at most ${perMinute} mails a minute.`;
  return { kind: "wait", until: new Date(held.at), reason, permit: held };
};

const askBreaker = async (
  deps: AdmitDeps,
  transport: Transport,
): Promise<{ readonly kind: "go"; readonly isProbe: boolean } | Wait> => {
  for (let poll = 0; ; poll += 1) {
    const breaker = await deps.breakers.read(transport, poll === 0 ? MAX_AGE_MS : 0);
    const verdict = verdictOf(breaker, transport, deps.retry, deps.now());
    if (verdict.kind === "go") return { kind: "go", isProbe: false };
    if (verdict.kind === "probe" && (await takeProbe(deps, transport))) return { kind: "go", isProbe: true };
    if (
      verdict.kind === "wait" &&
      (verdict.why !== "probed" || breaker.openUntil !== null || poll >= FIRST_LOGIN.polls)
    ) {
      const suspended = verdict.why === "suspended" ? breaker : undefined;
      return { kind: "wait", until: verdict.until, reason: REASONS[verdict.why](transport.name), suspended };
    }
    await deps.sleep(FIRST_LOGIN.everyMs);
  }
};

const REASONS = {
  open: (name: string) => `Waits: ${name} failed several times in a row and is left alone for a while.`,
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

/** Notes what the end of a send says about its transport. Never throws: the mail's own outcome must be recorded. */
export const noteSend = async (
  deps: AdmitDeps,
  transport: Transport,
  outcome: SendOutcome,
  repeated: boolean,
): Promise<Breaker | undefined> => {
  try {
    const random = deps.random();
    const { breaker } = await deps.breakers.change(transport, (known) =>
      afterSend(known, transport, deps.retry, { outcome, repeated, now: deps.now(), random }),
    );
    return breaker;
  } catch (error) {
    deps.log.error("breaker.not-noted", { scope: transport.scope }, error);
    return undefined;
  }
};
