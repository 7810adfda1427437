/** What the values of a metric are, and by which dimensions its series are told apart. */
export interface MetricSpec {
  readonly unit: "Count" | "Milliseconds";
  /** Names of dimensions besides the function that tells it. */
  readonly dimensions: readonly string[];
}

/** One value of a metric. */
export interface Measurement {
  readonly name: string;
  /** In the metric's unit. */
  readonly value: number;
  /** By name; those of the metric, and no others. */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
}

/**
 * Where numbers for operators are told. Names and dimensions are closed lists: who or what in particular a number is
 * about is for the log.
 */
export interface Metrics<Known extends Measurement = Measurement> {
  /** Keeps values in memory until {@link flush}. Never throws. */
  add(...measurements: readonly Known[]): void;
  /** Writes what was added since the last time; once for each invocation, at its end. Never throws. */
  flush(): Promise<void>;
}
