import { HANGS, measureIsolation } from "../test/faults/isolation.ts";
import { percentile } from "./statistics.ts";

const QUEUED = 5000;
const MAILS = 800;

/** Most that the quiet tenant's slowest mails may be slower by. */
const MOST = 2;

/**
 * What a tenant notices of another one whose server hangs, at connect, at the greeting and in the middle of a command,
 * with 5,000 mails in the queue: its own latency alone and beside the other, in one run.
 * @throws Error when the 99th percentile is more than twice as long.
 */
export const isolation = async (): Promise<void> => {
  const ratios: number[] = [];
  // Code that has run before runs faster: the first measurement must not be the one that pays.
  await measureIsolation({ hang: "greeting", queued: 1000, mails: 100 });
  for (const hang of HANGS) {
    const { aloneMs, besideMs, hungSends, kept } = await measureIsolation({ hang, queued: QUEUED, mails: MAILS });
    const [alone, beside] = [percentile(aloneMs, 0.99), percentile(besideMs, 0.99)];
    ratios.push(beside / alone);
    console.log(
      `hang at ${hang.padEnd(8)}  p99 alone ${alone.toFixed(1)} ms, beside ${beside.toFixed(1)} ms: ${(beside / alone).toFixed(2)} times`,
      `(median ${percentile(aloneMs, 0.5).toFixed(1)} and ${percentile(besideMs, 0.5).toFixed(1)} ms;`,
      `the hung server was asked ${hungSends} times, ${kept} mails wait)`,
    );
  }
  if (Math.max(...ratios) > MOST) throw new Error(`A hung tenant slows another one down by more than ${MOST} times.`);
};
