import type { SmtpSettings } from "../domain/mail-settings.ts";
import type { SendOutcome } from "../domain/outcome.ts";
import type { OutgoingMail, Provider } from "../flow/ports.ts";
import type { EgressGuard } from "./egress.ts";
import { buildMime } from "./mime.ts";
import { createSmtpPool, type SmtpPool } from "./smtp-pool.ts";
import { openSession } from "./smtp-session.ts";

/** What sending over SMTP needs. */
export interface SmtpProviderOptions {
  readonly settings: SmtpSettings;
  /** The password, for servers with login. */
  readonly secret: string | undefined;
  readonly guard: EgressGuard;
}

/** Sends over SMTP, keeping sessions for the next mail. Connects only when there is a mail to send. */
export const createSmtpProvider = ({ settings, secret, guard }: SmtpProviderOptions): Provider => {
  const pool = createSmtpPool({
    maxSessions: settings.maxConnections,
    open: (signal) => openSession({ settings, secret, guard }, signal),
    nowMs: () => performance.now(),
  });
  return {
    kind: "smtp",
    close: pool.close,
    async send(mail, signal) {
      const mime = await buildMime(mail);
      return sendOnce(pool, mail, mime, signal);
    },
  };
};

const sendOnce = async (
  pool: SmtpPool,
  mail: OutgoingMail,
  mime: Buffer,
  signal: AbortSignal,
): Promise<SendOutcome> => {
  const session = await pool.acquire(signal);
  if ("kind" in session) return session;
  const reused = session.sent > 0;
  const outcome = await session
    .send({ from: mail.from.address, to: mail.to }, mime, signal)
    .finally(() => pool.release(session));
  // Servers hang up on idle clients. Losing a kept connection before its first reply says nothing about this mail.
  return reused && isHangUp(outcome) && !signal.aborted ? sendOnce(pool, mail, mime, signal) : outcome;
};

const isHangUp = (outcome: SendOutcome): boolean =>
  outcome.kind === "failed" &&
  outcome.phase === "sender" &&
  (outcome.reason === "connection-lost" || outcome.code === 421);
