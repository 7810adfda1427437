import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SmtpSettings } from "../domain/mail-settings.ts";
import type { Failed, SendOutcome } from "../domain/outcome.ts";
import { toRecordableText } from "../domain/recordable-text.ts";
import type { ProviderSecrets } from "../flow/provider-ports.ts";
import type { EgressGuard } from "./egress.ts";
import { type CheckedConnection, connectChecked } from "./smtp-connect.ts";
import { loginNotOffered, timedOut, toFailure } from "./smtp-failure.ts";
import { LOGIN_HANDLERS, prepareLogin, type SmtpLogin, secretsIn, toAuthData } from "./smtp-login.ts";
import { createTranscript, type Transcript } from "./smtp-transcript.ts";
import type { StepClock } from "./step-clock.ts";
import { tlsTrust } from "./tls-trust.ts";

/** What a session needs to know of the server. */
export interface SmtpTarget {
  readonly settings: SmtpSettings;
  readonly secrets: ProviderSecrets;
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
  send(envelope: Envelope, mime: Buffer, signal: AbortSignal, steps: StepClock): Promise<SendOutcome>;
  readonly usable: boolean;
  /** Mails tried so far. */
  readonly sent: number;
  close(): void;
}

/** Resolves, checks, connects, upgrades and logs in. Each step that fails answers with the phase it failed in. */
export const openSession = async (
  { settings, secrets, guard }: SmtpTarget,
  signal: AbortSignal,
  steps: StepClock,
): Promise<SmtpSession | Failed> => {
  const target = { settings, guard, proxyPassword: secrets.proxyPassword };
  const connected = await connectChecked(target, signal, steps);
  if ("kind" in connected) return connected;
  const transcript = createTranscript(settings.security === "implicit" ? "tls" : "greeting", steps);
  const connection = new SMTPConnection(connectionOptions(settings, connected, transcript));
  return begin({ connection, transcript, settings, secrets }, signal);
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
  tls: tlsTrust(settings, servername),
  customAuth: LOGIN_HANDLERS,
});

/** A connection on its way to being logged in. */
interface Opening {
  readonly connection: SMTPConnection;
  readonly transcript: Transcript;
  readonly settings: SmtpSettings;
  readonly secrets: ProviderSecrets;
}

const begin = (opening: Opening, signal: AbortSignal): Promise<SmtpSession | Failed> =>
  new Promise((resolve) => {
    const { connection, transcript, settings } = opening;
    let open = true;
    let secrets: readonly string[] = [];
    const fail = (failure: Failed) => {
      open = false;
      signal.removeEventListener("abort", giveUp);
      connection.close();
      resolve(failure);
    };
    const failWith = (error: Error) => fail(inWordsOf(settings, toFailure(error, transcript, secrets)));
    const giveUp = () => fail(timedOut(transcript.phase, transcript.heard));
    const succeed = () => {
      signal.removeEventListener("abort", giveUp);
      connection.removeListener("error", failWith);
      transcript.pause();
      resolve(createSession(connection, transcript, secrets, () => open));
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
      prepare(opening).then((login) => {
        if (login === undefined) return succeed();
        if ("kind" in login) return fail(login);
        secrets = secretsIn(login);
        // Heard in the very turn of the reply: a server that hangs up on its refusal has refused all the same.
        connection.login(toAuthData(login), (loginError) => (loginError ? failWith(loginError) : succeed()));
      }, failWith);
    });
  });

/** A refused access token is mended by connecting the mailbox again, not by another password. */
const inWordsOf = ({ auth }: SmtpSettings, failure: Failed): Failed =>
  auth.type === "oauth2" && failure.reason === "login-refused" ? { ...failure, reason: "oauth-refused" } : failure;

/** The login that comes next; undefined for none. */
const prepare = async ({
  connection,
  transcript,
  settings,
  secrets,
}: Opening): Promise<SmtpLogin | undefined | Failed> => {
  if (settings.auth.type === "none") return undefined;
  transcript.enter("auth");
  // A failed upgrade takes the login away too; trying all the same would send the password in clear text.
  if (!connection.allowsAuth) return loginNotOffered();
  return prepareLogin(settings.auth, secrets);
};

const createSession = (
  connection: SMTPConnection,
  transcript: Transcript,
  secrets: readonly string[],
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
    async send(envelope, mime, signal, steps) {
      transcript.begin(steps);
      const outcome = await handOver(connection, transcript, envelope, mime, signal, secrets);
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
  secrets: readonly string[],
): Promise<SendOutcome> =>
  new Promise((resolve) => {
    const finish = (outcome: SendOutcome) => {
      signal.removeEventListener("abort", giveUp);
      resolve(outcome);
    };
    const giveUp = () => finish(timedOut(transcript.phase, true));
    if (signal.aborted) return giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    // Told the size, a server can refuse a mail that is too large before it is sent (RFC 1870).
    connection.send({ from, to: [to], size: mime.length }, mime, (error, info) => {
      if (error) return finish(toFailure(error, transcript, secrets));
      const response = info?.response ?? "";
      finish({
        kind: "accepted",
        code: Number(response.slice(0, 3)) || 250,
        text: toRecordableText(response, secrets),
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
