import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { type Duration, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { FunctionName } from "../../shared/contracts/functions.ts";
import type { METRICS, MetricName } from "../../shared/contracts/metrics.ts";

/** Where the functions of a stack tell their metrics: two stacks in one account must not be added up. */
export const metricsNamespace = (scope: Construct): string => Stack.of(scope).stackName;

/** Metrics of which there is one series only, so that an alarm can look at it. */
type Undivided = {
  [Name in MetricName]: (typeof METRICS)[Name]["dimensions"] extends readonly [] ? Name : never;
}[MetricName];

/** How many of something a function has counted in a period. */
export const countOf = (
  scope: Construct,
  service: FunctionName,
  { metric, period }: { readonly metric: Undivided; readonly period: Duration },
): Metric =>
  new Metric({
    namespace: metricsNamespace(scope),
    metricName: metric,
    dimensionsMap: { service },
    statistic: Stats.SUM,
    period,
  });
