import type { MessageSummary } from "../local/inbox/message.ts";

/** How long a mail may take before a bench gives up, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Sees mails arrive in the inbox, without asking again and again. */
export interface InboxWatch {
  /**
   * Resolves once `count` mails have come whose subject contains `marker`, since the watch began.
   * @throws Error when they do not come within 30 s.
   */
  arrived(marker: string, count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Follows the inbox's stream of server-sent events. Returns once it is connected. */
export const watchInbox = async (inboxUrl: string): Promise<InboxWatch> => {
  const abort = new AbortController();
  const response = await fetch(`${inboxUrl}/api/stream`, { signal: abort.signal });
  if (response.body === null) throw new Error("the inbox has no stream");
  const subjects: string[] = [];
  let check: () => void = () => {};

  const follow = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    let pending = "";
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (pending + chunk).split("\n\n");
      pending = blocks.pop() ?? "";
      subjects.push(...blocks.flatMap(subjectOf));
      check();
    }
  };
  const following = follow(response.body).catch((error: unknown) => {
    if (!abort.signal.aborted) throw error;
  });

  const arrived = (marker: string, count: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${count} mails about "${marker}"`)), PATIENCE_MS);
      check = () => {
        if (subjects.filter((subject) => subject.includes(marker)).length < count) return;
        clearTimeout(timer);
        resolve();
      };
      check();
    });
  const stop = async (): Promise<void> => {
    abort.abort();
    await following;
  };
  return { arrived, stop };
};

const subjectOf = (block: string): string[] => {
  const [, data] = /^event: message\ndata: (.*)$/.exec(block) ?? [];
  return data === undefined ? [] : [(JSON.parse(data) as MessageSummary).subject];
};
