import type { ProductMeasurement, ProductMetrics } from "../../shared/contracts/metrics.ts";

/** Metrics to look into. */
export const createMemoryMetrics = (): ProductMetrics & {
  /** What was added and is not written yet, in order. */
  readonly added: ProductMeasurement[];
  /** What each flush wrote. */
  readonly written: (readonly ProductMeasurement[])[];
  /** The sum of what was added, by name, and where a metric has a provider by `<name>/<provider>`. */
  readonly sums: () => Readonly<Record<string, number>>;
} => {
  const added: ProductMeasurement[] = [];
  const written: (readonly ProductMeasurement[])[] = [];
  return {
    added,
    written,
    add: (...measurements) => void added.push(...measurements),
    flush: async () => void written.push(added.splice(0)),
    sums: () => {
      const sums: Record<string, number> = {};
      for (const { name, value, dimensions } of [...written.flat(), ...added]) {
        const key = dimensions === undefined ? name : `${name}/${dimensions.provider}`;
        sums[key] = (sums[key] ?? 0) + value;
      }
      return sums;
    },
  };
};
