import { startHttp } from "./http.ts";
import { createMailbox } from "./mailbox.ts";
import { startSmtp } from "./smtp.ts";

/** A running inbox. */
export interface Inbox {
  /** The page to read the mails, and the root of the API: `GET /api/messages`. */
  readonly url: string;
  readonly smtpHost: string;
  readonly smtpPort: number;
  /** Ends both servers and forgets the mails. */
  stop(): Promise<void>;
}

/**
 * A mail server with a page to read what it was given, on 127.0.0.1 only. Ports are free ones unless given.
 * @throws Error (`EADDRINUSE`) when a given port is taken.
 */
export const startInbox = async (options: { smtpPort?: number; httpPort?: number } = {}): Promise<Inbox> => {
  const mailbox = createMailbox();
  const smtp = await startSmtp(mailbox, options.smtpPort ?? 0);
  const http = await startHttp(mailbox, options.httpPort ?? 0);
  return {
    url: http.url,
    smtpHost: "127.0.0.1",
    smtpPort: smtp.port,
    stop: async () => {
      await Promise.all([smtp.stop(), http.stop()]);
    },
  };
};
