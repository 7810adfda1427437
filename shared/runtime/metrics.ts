import type { Log } from "../domain/log.ts";
import type { Measurement, Metrics } from "../domain/metrics.ts";
import type { MetricsDefinition } from "./write-metrics.ts";

/**
 * Metrics as lines on standard output, from which CloudWatch makes series by itself: no calls, no waiting. What writes
 * them is loaded with the first flush, after the work of an invocation, so that no start of a process waits for it.
 */
export const createMetrics = (definition: MetricsDefinition, log: Log): Metrics => {
  let added: Measurement[] = [];
  return {
    add: (...measurements) => {
      added.push(...measurements);
    },
    flush: async () => {
      const measured = added;
      added = [];
      if (measured.length === 0) return;
      try {
        const { writeMetrics } = await import("./write-metrics.ts");
        writeMetrics(definition, measured);
      } catch (error) {
        log.error("metrics.not-written", { count: measured.length }, error);
      }
    },
  };
};

/** Does the work of an invocation and writes what it counted, however it ended. */
export const withMetrics = async <T>({ flush }: Pick<Metrics, "flush">, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } finally {
    await flush();
  }
};
