import { startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { startDeafListener } from "./deaf-listener.ts";
import { startLine } from "./isolation-line.ts";

/** Where the server of the noisy tenant hangs. */
export const HANGS = ["connect", "greeting", "MAIL"] as const;

/** What a run is like. */
export interface IsolationOptions {
  readonly hang: (typeof HANGS)[number];
  /** Mails of the hung tenant in the queue. */
  readonly queued: number;
  /** Mails of the quiet tenant, alone and then beside the hung one. */
  readonly mails: number;
}

/** From queue to the server's 250, of each of the quiet tenant's mails, in milliseconds. */
export interface IsolationResult {
  readonly aloneMs: readonly number[];
  readonly besideMs: readonly number[];
  /** Sends of the hung tenant that reached its server, or tried to. */
  readonly hungSends: number;
  /** Mails of the hung tenant that are still there to be sent. */
  readonly kept: number;
}

/**
 * Measures what a tenant notices of another one whose server hangs and whose mails pile up: the same sender, with its
 * environments, providers and breakers, over real connections; the queue is a model of SQS's fair queue.
 */
export const measureIsolation = async ({ hang, queued, mails }: IsolationOptions): Promise<IsolationResult> => {
  const good = await startScriptedSmtp({});
  const hung = hang === "connect" ? await startDeafListener() : await startScriptedSmtp({ [hang]: "stall" });
  const line = startLine(good.port, hung.port);
  try {
    const aloneMs = await line.sendQuietly(mails, "alone");
    // The first mails find out that the server hangs; the others pile up behind them.
    await line.discoverHang();
    await line.pileUp(queued);
    const besideMs = await line.sendQuietly(mails, "beside");
    return { aloneMs, besideMs, hungSends: line.hungSends(), kept: line.kept() };
  } finally {
    await line.stop();
    await Promise.all([good.stop(), hung.stop()]);
  }
};
