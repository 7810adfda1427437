import { randomUUID } from "node:crypto";
import PostalMime, { type Address, type Email } from "postal-mime";

/** A mailbox as a mail shows it. */
export interface ShownMailbox {
  readonly name: string;
  readonly address: string;
}

/** One mail as it arrived, and as a reader would understand it. Everything but `id` and `receivedAt` is the sender's. */
export interface Message {
  readonly id: string;
  /** ISO-8601, when the mail was taken. */
  readonly receivedAt: string;
  /** What the SMTP dialogue said, which decides who gets the mail. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly from: ShownMailbox | null;
  readonly to: readonly ShownMailbox[];
  readonly subject: string;
  /** With its angle brackets, or null when the mail has none. */
  readonly messageId: string | null;
  /** By lower-case name; a header that occurs more than once has its values joined by ", ", as `fetch` does. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | null;
  readonly html: string | null;
}

/** What a list of mails shows of one. */
export type MessageSummary = Pick<Message, "id" | "receivedAt" | "from" | "to" | "subject">;

/** The part of a message that a list shows. */
export const summaryOf = ({ id, receivedAt, from, to, subject }: Message): MessageSummary => ({
  id,
  receivedAt,
  from,
  to,
  subject,
});

/** Reads a raw mail. One that no parser can take apart (nested without end, say) still becomes a message: its raw text. */
export const readMessage = async (raw: Buffer, envelope: Message["envelope"]): Promise<Message> => {
  const identity = { id: randomUUID(), receivedAt: new Date().toISOString(), envelope };
  try {
    return { ...identity, ...understood(await PostalMime.parse(raw)) };
  } catch {
    const unread = { from: null, to: [], subject: "(unreadable mail)", messageId: null, headers: {}, html: null };
    return { ...identity, ...unread, text: raw.toString("latin1") };
  }
};

const understood = (email: Email): Omit<Message, "id" | "receivedAt" | "envelope"> => ({
  from: mailboxesOf(email.from)[0] ?? null,
  to: (email.to ?? []).flatMap(mailboxesOf),
  subject: email.subject ?? "",
  messageId: email.messageId ?? null,
  headers: joinedHeaders(email),
  text: email.text ?? null,
  html: email.html ?? null,
});

const mailboxesOf = (address: Address | undefined): ShownMailbox[] => {
  if (address === undefined) return [];
  const mailboxes = address.group ?? [address];
  return mailboxes.map(({ name, address: mail }) => ({ name, address: mail }));
};

const joinedHeaders = (email: Email): Record<string, string> => {
  const headers = new Map<string, string>();
  for (const { key, value } of email.headers) {
    const earlier = headers.get(key);
    headers.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return Object.fromEntries(headers);
};
