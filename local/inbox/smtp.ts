import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { Mailbox } from "./mailbox.ts";

/** Largest mail taken, in bytes: what SendGrid and most mail servers allow at most. */
const MAX_MAIL_BYTES = 30 * 1024 * 1024;

/** How long a stop waits for mails on their way, in milliseconds. */
const CLOSE_GRACE_MS = 200;

/**
 * Greets at once. The library waits 100 ms before its greeting, to catch clients that talk too soon, and has no option
 * for it; here that would be a tenth of the time a mail may take altogether.
 */
class PromptSmtpServer extends SMTPServer {
  override connect(...args: Parameters<SMTPServer["connect"]>): void {
    super.connect(...args);
    const connection = [...this.connections].at(-1);
    connection?.connectionReady();
    if (connection !== undefined) connection.connectionReady = () => {};
  }
}

/**
 * An SMTP server on 127.0.0.1 that takes every mail, from anybody, into the mailbox. It speaks clear text, needs no
 * login and accepts any. A mail is acknowledged only once the mailbox has it.
 */
export const startSmtp = async (mailbox: Mailbox, port: number): Promise<{ port: number; stop(): Promise<void> }> => {
  const server = new PromptSmtpServer({
    name: "inbox.localhost",
    size: MAX_MAIL_BYTES,
    rejectOversized: true,
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    allowInsecureAuth: true,
    authMethods: ["PLAIN", "LOGIN", "XOAUTH2"],
    disableReverseLookup: true,
    closeTimeout: CLOSE_GRACE_MS,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? "anybody" }),
    onData: (stream, session, done) => {
      keep(mailbox, stream, session).then(() => done(), done);
    },
  });
  // A client that goes away in the middle of a mail is its own business, and no reason to end.
  server.on("error", () => {});
  const listening = server.listen(port, "127.0.0.1");
  await once(listening, "listening");
  return {
    port: (listening.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
};

const keep = async (mailbox: Mailbox, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded) return; // The library answers 552.
  const { mailFrom, rcptTo } = session.envelope;
  const from = mailFrom === false ? "" : mailFrom.address;
  await mailbox.add(Buffer.concat(chunks), { from, to: rcptTo.map(({ address }) => address) });
};
