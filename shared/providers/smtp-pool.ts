import { type Failed, isHostFailure, isLoginRefused } from "../domain/outcome.ts";
import { failed } from "./classify.ts";
import type { SmtpSession } from "./smtp-session.ts";
import { type StepClock, startStepClock } from "./step-clock.ts";

/** A session idle for longer may have lost its connection without notice, above all in a frozen environment. */
const MAX_IDLE_MS = 30_000;

/** Mails after which a session is replaced, so that servers can balance their load. */
const MAX_MAILS_PER_SESSION = 100;

/**
 * The part of a server's connections that one sending process may keep open: with an upper bound on processes, all
 * together stay below `maxConnections`. Each may have one, or it could not send at all.
 * @param maxSenders most processes that send at a time; undefined when nobody set a bound: each has them all.
 */
export const shareOf = (maxConnections: number, maxSenders: number | undefined): number =>
  maxSenders === undefined ? maxConnections : Math.max(1, Math.floor(maxConnections / maxSenders));

/** Keeps at most `maxSessions` sessions of one server open and lends each to one mail at a time. */
export interface SmtpPool {
  /** An idle session, a new one, or the first to come back; a failure when none can be had before the signal fires. */
  acquire(signal: AbortSignal, steps?: StepClock): Promise<SmtpSession | Failed>;
  /** Gives a session back. Those that cannot be used again are closed. */
  release(session: SmtpSession): void;
  /** Closes idle sessions at once and lent ones when they come back. */
  close(): void;
}

/** What a pool of sessions is made of. */
export interface SmtpPoolOptions {
  readonly maxSessions: number;
  readonly open: (signal: AbortSignal, steps: StepClock) => Promise<SmtpSession | Failed>;
  readonly nowMs: () => number;
}

/** A pool without sessions; each is opened when a mail needs it. */
export const createSmtpPool = ({ maxSessions, open, nowMs }: SmtpPoolOptions): SmtpPool => {
  const idle: { readonly session: SmtpSession; readonly sinceMs: number }[] = [];
  const waiting: Turn[] = [];
  let lent = 0;
  let working = 0;
  let closed = false;

  const takeIdle = (): SmtpSession | undefined => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      if (entry.session.usable && nowMs() - entry.sinceMs < MAX_IDLE_MS) return entry.session;
      entry.session.close();
    }
    return undefined;
  };

  const giveBackPlace = () => {
    const next = waiting.shift();
    // Handed on rather than freed, so that nobody can slip in between.
    if (next !== undefined) next("place");
    else lent -= 1;
  };

  /**
   * With no session that works nobody behind it needs to find out for itself, each at the cost of a timeout. And nobody
   * is to show a login again that was refused: servers lock accounts.
   */
  const failThoseWaiting = (failure: Failed) => {
    const isOfAll = isLoginRefused(failure) || (working === 0 && isHostFailure(failure));
    if (isOfAll) for (const turn of waiting.splice(0)) turn({ ...failure, isShared: true });
  };

  const openInPlace = async (signal: AbortSignal, steps: StepClock): Promise<SmtpSession | Failed> => {
    let opened: SmtpSession | Failed | undefined;
    try {
      opened = await open(signal, steps);
      if ("kind" in opened) failThoseWaiting(opened);
      else working += 1;
      return opened;
    } finally {
      if (opened === undefined || "kind" in opened) giveBackPlace();
    }
  };

  return {
    async acquire(signal, steps = startStepClock()) {
      if (lent < maxSessions) lent += 1;
      else {
        const turn = await nextTurn(waiting, signal);
        if (turn !== "place") return turn;
      }
      const session = takeIdle();
      if (session === undefined) return openInPlace(signal, steps);
      working += 1;
      return session;
    },

    release(session) {
      working -= 1;
      if (session.usable && session.sent < MAX_MAILS_PER_SESSION && !closed) idle.push({ session, sinceMs: nowMs() });
      else session.close();
      giveBackPlace();
    },

    close() {
      closed = true;
      for (const { session } of idle.splice(0)) session.close();
    },
  };
};

/** Ends a wait in line: with a free place, or because there is no use in waiting. */
type Turn = (result: "place" | Failed) => void;

/** No fault of the server: nothing is held against it. */
const ALL_BUSY = failed("transient", "rate-limited", "connect", "All connections to this server were busy.");

/** Waits in line until a place is free, or as long as the signal lets it. */
const nextTurn = (waiting: Turn[], signal: AbortSignal): Promise<"place" | Failed> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(ALL_BUSY);
    const leave = () => {
      waiting.splice(waiting.indexOf(turn), 1);
      resolve(ALL_BUSY);
    };
    const turn: Turn = (result) => {
      signal.removeEventListener("abort", leave);
      resolve(result);
    };
    waiting.push(turn);
    signal.addEventListener("abort", leave, { once: true });
  });
