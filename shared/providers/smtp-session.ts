import net from "node:net";
import tls from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SmtpSettings } from "../domain/mail-settings.ts";
import type { Failed, SendOutcome } from "../domain/outcome.ts";
import { toRecordableText } from "./classify.ts";
import type { EgressGuard } from "./egress.ts";
import { type CheckedConnection, connectChecked } from "./smtp-connect.ts";
import { loginNotOffered, timedOut, toFailure } from "./smtp-failure.ts";
import { createTranscript, type Transcript } from "./smtp-transcript.ts";

/** What a session needs to know of the server. */
export interface SmtpTarget {
  readonly settings: SmtpSettings;
  /** The password, for servers with login. */
  readonly secret: string | undefined;
  readonly guard: EgressGuard;
}

/** Sender and recipient as the server is told them; one recipient per transaction. */
export interface Envelope {
  readonly from: string;
  readonly to: string;
}

/** A logged-in connection that takes one mail after another. */
export interface SmtpSession {
  /** Hands over one mail. Never throws for what the server did; afterwards `usable` says whether another may follow. */
  send(envelope: Envelope, mime: Buffer, signal: AbortSignal): Promise<SendOutcome>;
  readonly usable: boolean;
  /** Mails tried so far. */
  readonly sent: number;
  close(): void;
}

/** Resolves, checks, connects, upgrades and logs in. Each step that fails answers with the phase it failed in. */
export const openSession = async (target: SmtpTarget, signal: AbortSignal): Promise<SmtpSession | Failed> => {
  const { settings, guard } = target;
  const connected = await connectChecked(guard, settings, signal);
  if ("kind" in connected) return connected;
  const transcript = createTranscript(settings.security === "implicit" ? "tls" : "greeting");
  const connection = new SMTPConnection(connectionOptions(settings, connected, transcript));
  return logIn(target, connection, transcript, signal);
};

const connectionOptions = (
  settings: SmtpSettings,
  { socket, servername }: CheckedConnection,
  transcript: Transcript,
) => ({
  connection: socket,
  host: settings.host,
  port: settings.port,
  secure: settings.security === "implicit",
  requireTLS: settings.security === "starttls",
  ignoreTLS: settings.security === "none",
  opportunisticTLS: settings.security === "opportunistic",
  greetingTimeout: settings.timeoutMs,
  // Also ends sessions that wait in the pool for longer.
  socketTimeout: settings.timeoutMs,
  connectionTimeout: settings.timeoutMs,
  transactionLog: true,
  logger: transcript.logger,
  tls: {
    // SNI and the certificate check use the name; an address literal has none.
    ...(net.isIP(servername) === 0 ? { servername } : {}),
    minVersion: `TLSv${settings.minTlsVersion}` as const,
    ...(settings.caPem === null ? {} : { ca: [...tls.getCACertificates("default"), settings.caPem] }),
  },
});

const logIn = (
  target: SmtpTarget,
  connection: SMTPConnection,
  transcript: Transcript,
  signal: AbortSignal,
): Promise<SmtpSession | Failed> =>
  new Promise((resolve) => {
    const { settings, secret } = target;
    let open = true;
    const fail = (failure: Failed) => {
      open = false;
      signal.removeEventListener("abort", giveUp);
      connection.close();
      resolve(failure);
    };
    const failWith = (error: Error) => fail(toFailure(error, transcript, [secret]));
    const giveUp = () => fail(timedOut(transcript.phase));
    const succeed = () => {
      signal.removeEventListener("abort", giveUp);
      connection.removeListener("error", failWith);
      resolve(createSession(connection, transcript, secret, () => open));
    };
    connection.on("end", () => {
      if (open) failWith(new Error("The server closed the connection."));
      open = false;
    });
    connection.once("error", failWith);
    // Errors after the first belong to a connection that is being closed.
    connection.on("error", () => {
      open = false;
    });
    signal.addEventListener("abort", giveUp, { once: true });
    connection.connect((error) => {
      if (error) return failWith(error);
      if (settings.auth.type === "none") return succeed();
      // A failed upgrade takes the login away too; trying all the same would send the password in clear text.
      if (!connection.allowsAuth) return fail(loginNotOffered());
      transcript.enter("auth");
      const credentials = { user: settings.auth.username, pass: secret ?? "" };
      connection.login({ ...credentials, credentials }, (loginError) =>
        loginError ? failWith(loginError) : succeed(),
      );
    });
  });

const createSession = (
  connection: SMTPConnection,
  transcript: Transcript,
  secret: string | undefined,
  isOpen: () => boolean,
): SmtpSession => {
  let usable = true;
  let sent = 0;
  const close = () => {
    usable = false;
    connection.close();
  };
  return {
    get usable() {
      return usable && isOpen();
    },
    get sent() {
      return sent;
    },
    close,
    async send(envelope, mime, signal) {
      transcript.enter("sender");
      const outcome = await handOver(connection, transcript, envelope, mime, signal, secret);
      sent += 1;
      if (outcome.kind === "failed" && !(await isReset(connection, outcome, signal))) close();
      return outcome;
    },
  };
};

const handOver = (
  connection: SMTPConnection,
  transcript: Transcript,
  { from, to }: Envelope,
  mime: Buffer,
  signal: AbortSignal,
  secret: string | undefined,
): Promise<SendOutcome> =>
  new Promise((resolve) => {
    const finish = (outcome: SendOutcome) => {
      signal.removeEventListener("abort", giveUp);
      resolve(outcome);
    };
    const giveUp = () => finish(timedOut(transcript.phase));
    if (signal.aborted) return giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    // Told the size, a server can refuse a mail that is too large before it is sent (RFC 1870).
    connection.send({ from, to: [to], size: mime.length }, mime, (error, info) => {
      if (error) return finish(toFailure(error, transcript, [secret]));
      const response = info?.response ?? "";
      finish({
        kind: "accepted",
        code: Number(response.slice(0, 3)) || 250,
        text: toRecordableText(response, [secret]),
      });
    });
  });

/** Whether the server answered the failed mail and is ready for the next one (RFC 5321 section 4.1.1.5). */
const isReset = (connection: SMTPConnection, failure: Failed, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    if (failure.code === null || failure.code === 421 || signal.aborted) return resolve(false);
    const finish = (ready: boolean) => {
      signal.removeEventListener("abort", giveUp);
      connection.removeListener("end", giveUp);
      resolve(ready);
    };
    const giveUp = () => finish(false);
    signal.addEventListener("abort", giveUp, { once: true });
    connection.once("end", giveUp);
    connection.reset((error) => finish(error === null));
  });
