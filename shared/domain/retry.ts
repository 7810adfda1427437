import type { DeliveryState } from "./delivery.ts";
import type { AmbiguousPolicy } from "./mail-settings.ts";
import { type Failed, isAboutSettings, pauseSecondsOf, type SendOutcome } from "./outcome.ts";

/** How long, and how often, a mail is tried again. */
export interface RetryPolicy {
  /** Delay before the second try, before jitter. */
  readonly baseSeconds: number;
  /** Longest delay, before jitter. */
  readonly capSeconds: number;
  /** Age at which a mail is given up. */
  readonly giveUpHours: number;
  /** How long a provider that tells what becomes of its mails is waited for, when nobody knows whether it has one. */
  readonly feedbackSeconds: number;
}

/** Shortest wait after a greylisting answer; sooner would be refused again (RFC 6647 section 5). */
const GREYLIST_SECONDS = 300;

/** Shortest wait after a 403 of SendGrid, by which it also turns a sender away for a while (reference 3.4). */
const FORBIDDEN_SECONDS = 3600;

/** Longest wait for an administrator to mend settings or consent: looking again costs nobody much. */
const MAX_SETTINGS_SECONDS = 900;

/**
 * Seconds until the next try: full jitter over a doubling ceiling, so that many mails deferred together spread out.
 * @param tries how many tries have failed, at least 1.
 * @param random a number in [0, 1).
 */
export const retryDelaySeconds = (policy: RetryPolicy, failure: Failed, tries: number, random: number): number => {
  const cap = isAboutSettings(failure) ? Math.min(policy.capSeconds, MAX_SETTINGS_SECONDS) : policy.capSeconds;
  const ceiling = Math.min(cap, policy.baseSeconds * 2 ** Math.min(tries - 1, 40));
  return leastDelaySeconds(policy, failure) + random * ceiling;
};

const leastDelaySeconds = (policy: RetryPolicy, failure: Failed): number => {
  const asked = pauseSecondsOf(failure);
  if (failure.reason === "api-forbidden") return Math.max(asked, Math.min(FORBIDDEN_SECONDS, policy.capSeconds));
  return Math.max(asked, isGreylisted(failure) ? Math.min(GREYLIST_SECONDS, policy.capSeconds) : 0);
};

/** Servers greylist at RCPT mostly; some at MAIL, with a status of security or policy. */
const isGreylisted = ({ code, enhancedCode, reason }: Failed): boolean =>
  (code === 450 || code === 451) &&
  (reason === "recipient-refused" || (reason === "sender-refused" && enhancedCode?.startsWith("4.7.") === true));

/** What a try leads to: an end, or a wait until `dueAt`. */
export interface NextStep {
  readonly state: Exclude<DeliveryState, "sending">;
  readonly dueAt: Date | null;
}

/** What the decision looks at besides the outcome. */
export interface TryContext {
  /** Since when the mail may be sent: the time after which it is given up counts from here. */
  readonly sendableFrom: Date;
  readonly now: Date;
  /** Tries made, this one included. */
  readonly tries: number;
  /** Whether an earlier try may have been taken already. */
  readonly possibleDuplicate: boolean;
  readonly onAmbiguous: AmbiguousPolicy;
  /** Whether the provider will tell by itself if it has the mail. */
  readonly hasFeedback: boolean;
  readonly random: number;
}

/** The one place that decides whether a mail is tried again. */
export const nextStep = (policy: RetryPolicy, outcome: SendOutcome, context: TryContext): NextStep => {
  if (outcome.kind === "accepted") return { state: "accepted", dueAt: null };
  if (outcome.class === "permanent") return { state: "rejected", dueAt: null };
  if (outcome.class === "ambiguous") {
    // One more try at most: each could double the mail.
    const mayTry = context.onAmbiguous === "retry" && !context.possibleDuplicate;
    if (!mayTry) return { state: "held", dueAt: null };
    const waitSeconds = context.hasFeedback ? Math.min(policy.feedbackSeconds, policy.giveUpHours * 3600) : 0;
    return { state: "ambiguous", dueAt: new Date(context.now.getTime() + waitSeconds * 1000) };
  }
  const delaySeconds = retryDelaySeconds(policy, outcome, context.tries, context.random);
  const dueAt = new Date(context.now.getTime() + delaySeconds * 1000);
  return waitUntil(policy, dueAt, context.sendableFrom);
};

/** A wait, unless the mail would be too old by then. */
export const waitUntil = (policy: RetryPolicy, dueAt: Date, sendableFrom: Date): NextStep =>
  sendableFrom < oldestToWait(policy, dueAt) ? { state: "expired", dueAt: null } : { state: "deferred", dueAt };

/** Since when a mail may have been sendable at most, to wait until `dueAt` and not be given up before. */
export const oldestToWait = ({ giveUpHours }: RetryPolicy, dueAt: Date): Date =>
  new Date(dueAt.getTime() - giveUpHours * 3_600_000);
