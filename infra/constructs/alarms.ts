import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";

/** Articles of `docs/runbook.md` that an alarm can send its reader to. */
export type RunbookAnchor =
  | "events-dead-letters"
  | "events-queue-age"
  | "outbox-dead-letters"
  | "outbox-queue-age"
  | "release-failing";

/** When to raise an alarm, and what to tell whoever reads it. */
export interface AlarmSpec {
  readonly metric: IMetric;
  /** The alarm is raised when the metric is above this ... */
  readonly above: number;
  /** ... for so many of the metric's periods in a row. */
  readonly periods: number;
  /** `high`: mail is being lost or stands still. `low`: look at it in working hours. */
  readonly severity: "high" | "low";
  readonly meaning: string;
  readonly runbook: RunbookAnchor;
}

/** Makes an alarm. It has no action: whoever wants to be told listens for its state changes on the default bus. */
export const createAlarm = (scope: Construct, id: string, spec: AlarmSpec): Alarm =>
  new Alarm(scope, id, {
    metric: spec.metric,
    threshold: spec.above,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: spec.periods,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `[${spec.severity}] ${spec.meaning} Runbook: docs/runbook.md#${spec.runbook}`,
  });
