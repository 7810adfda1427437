import { setImmediate } from "node:timers/promises";
import { createMemoryBreakers } from "./memory-breakers.ts";
import { createMemoryMetrics } from "./memory-metrics.ts";
import { createMemoryPublisher } from "./memory-publisher.ts";
import { createMemoryRates } from "./memory-rates.ts";
import { createMemorySuppressions } from "./memory-suppressions.ts";
import { createRecordingOutbox } from "./recording-outbox.ts";

/** What a sender needs besides its mails and its providers, in memory: nothing is known against any server or address. */
export const plainSending = () => ({
  breakers: createMemoryBreakers(),
  rates: createMemoryRates(),
  outbox: createRecordingOutbox(),
  suppressions: createMemorySuppressions(),
  announcer: createMemoryPublisher(),
  metrics: createMemoryMetrics(),
  // Lets whoever else is at work go on; the clock of the test stands still meanwhile.
  sleep: () => setImmediate(),
});
