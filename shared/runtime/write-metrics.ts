import { Metrics as EmbeddedMetrics } from "@aws-lambda-powertools/metrics";
import type { Measurement, MetricSpec } from "../domain/metrics.ts";

/** Whose metrics they are, and what is known of each. */
export interface MetricsDefinition {
  /** The function that tells them: the dimension `service` of all. */
  readonly service: string;
  /** CloudWatch's namespace. */
  readonly namespace: string;
  readonly specs: Readonly<Record<string, MetricSpec>>;
}

/**
 * Writes measurements to standard output in CloudWatch's embedded metric format, a line for each combination of
 * dimensions. Counts are summed up; times are kept one by one, since percentiles need every one of them.
 * @throws Error when a measurement is not of the definition.
 */
export const writeMetrics = (
  { service, namespace, specs }: MetricsDefinition,
  measured: readonly Measurement[],
): void => {
  for (const alike of byDimensions(measured)) {
    const metrics = new EmbeddedMetrics({
      namespace,
      serviceName: service,
      defaultDimensions: { ...alike[0]?.dimensions },
    });
    for (const [name, values] of byName(alike)) {
      const spec = specs[name];
      if (spec === undefined) throw new Error(`"${name}" is not among the metrics`);
      const kept = spec.unit === "Count" ? [values.reduce((sum, value) => sum + value, 0)] : values;
      for (const value of kept) metrics.addMetric(name, spec.unit, value);
    }
    // A line that has its hundred values is written by itself.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};

const byDimensions = (measured: readonly Measurement[]): readonly (readonly Measurement[])[] => [
  ...Map.groupBy(measured, ({ dimensions = {} }) => JSON.stringify(Object.entries(dimensions))).values(),
];

const byName = (measured: readonly Measurement[]): ReadonlyMap<string, readonly number[]> =>
  new Map(
    [...Map.groupBy(measured, ({ name }) => name)].map(([name, alike]) => [name, alike.map(({ value }) => value)]),
  );
