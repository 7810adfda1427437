import { type Message, readMessage } from "./message.ts";

/** What happens to a mailbox while somebody watches it. */
export type MailboxChange = { readonly kind: "added"; readonly message: Message } | { readonly kind: "cleared" };

/** Mails in memory, newest first. */
export interface Mailbox {
  /** Reads and keeps a mail, and forgets the oldest ones when there are too many. */
  add(raw: Buffer, envelope: Message["envelope"]): Promise<Message>;
  list(): readonly Message[];
  get(id: string): { readonly message: Message; readonly raw: Buffer } | undefined;
  clear(): void;
  /** Calls `onChange` after each change, until the returned function is called. */
  watch(onChange: (change: MailboxChange) => void): () => void;
}

/** How much a mailbox keeps. */
export interface MailboxLimits {
  readonly maxMessages: number;
  /** Bytes of all raw mails together. The newest mail is kept whatever its size. */
  readonly maxBytes: number;
}

/** An empty mailbox. Defaults suit a workstation: 1,000 mails and 200 MiB. */
export const createMailbox = (limits: MailboxLimits = { maxMessages: 1000, maxBytes: 200 * 1024 * 1024 }): Mailbox => {
  const kept = new Map<string, { readonly message: Message; readonly raw: Buffer }>();
  const watchers = new Set<(change: MailboxChange) => void>();
  let bytes = 0;

  const tell = (change: MailboxChange) => {
    for (const onChange of watchers) onChange(change);
  };
  const forgetOldest = () => {
    for (const [id, { raw }] of kept) {
      if (kept.size <= limits.maxMessages && (bytes <= limits.maxBytes || kept.size === 1)) return;
      kept.delete(id);
      bytes -= raw.length;
    }
  };

  return {
    add: async (raw, envelope) => {
      const message = await readMessage(raw, envelope);
      kept.set(message.id, { message, raw });
      bytes += raw.length;
      forgetOldest();
      tell({ kind: "added", message });
      return message;
    },
    list: () => [...kept.values()].map(({ message }) => message).reverse(),
    get: (id) => kept.get(id),
    clear: () => {
      kept.clear();
      bytes = 0;
      tell({ kind: "cleared" });
    },
    watch: (onChange) => {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
  };
};
