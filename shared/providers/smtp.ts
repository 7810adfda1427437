import type { SmtpSettings } from "../domain/mail-settings.ts";
import type { SendOutcome } from "../domain/outcome.ts";
import type { OutgoingMail, Provider, ProviderSecrets } from "../flow/provider-ports.ts";
import type { EgressGuard } from "./egress.ts";
import { buildMime } from "./mime.ts";
import { createSmtpPool, type SmtpPool, shareOf } from "./smtp-pool.ts";
import { openSession } from "./smtp-session.ts";
import { type StepClock, startStepClock } from "./step-clock.ts";

/** What sending over SMTP needs. */
export interface SmtpProviderOptions {
  readonly settings: SmtpSettings;
  readonly secrets: ProviderSecrets;
  readonly guard: EgressGuard;
  /** Most processes that send at a time, undefined when there is no bound. */
  readonly maxSenders?: number | undefined;
}

/** Sends over SMTP, keeping sessions for the next mail. Connects only when there is a mail to send. */
export const createSmtpProvider = ({ settings, secrets, guard, maxSenders }: SmtpProviderOptions): Provider => {
  const pool = createSmtpPool({
    maxSessions: shareOf(settings.maxConnections, maxSenders),
    open: (signal, steps) => openSession({ settings, secrets, guard }, signal, steps),
    nowMs: () => performance.now(),
  });
  return {
    kind: "smtp",
    close: pool.close,
    async send(mail, signal, watch) {
      const mime = await buildMime(mail);
      const steps = startStepClock(watch);
      const outcome = await sendOnce(pool, mail, mime, signal, steps);
      steps.ended(outcome);
      return outcome;
    },
  };
};

const sendOnce = async (
  pool: SmtpPool,
  mail: OutgoingMail,
  mime: Buffer,
  signal: AbortSignal,
  steps: StepClock,
): Promise<SendOutcome> => {
  const session = await pool.acquire(signal, steps);
  if ("kind" in session) return session;
  const reused = session.sent > 0;
  const outcome = await session
    .send({ from: mail.from.address, to: mail.to }, mime, signal, steps)
    .finally(() => pool.release(session));
  // Servers hang up on idle clients. Losing a kept connection before its first reply says nothing about this mail.
  return reused && isHangUp(outcome) && !signal.aborted ? sendOnce(pool, mail, mime, signal, steps) : outcome;
};

const isHangUp = (outcome: SendOutcome): boolean =>
  outcome.kind === "failed" &&
  outcome.phase === "sender" &&
  (outcome.reason === "connection-lost" || outcome.code === 421);
