import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";

/** Articles of `docs/runbook.md` that an alarm can send its reader to. */
export type RunbookAnchor =
  | "events-dead-letters"
  | "events-queue-age"
  | "links-to-unsubscribe"
  | "mails-held"
  | "outbox-dead-letters"
  | "outbox-queue-age"
  | "outcomes-not-stored"
  | "own-failures"
  | "release-failing"
  | "transports-suspended";

/** When to raise an alarm, and what to tell whoever reads it. */
export interface AlarmSpec {
  readonly metric: IMetric;
  /** The alarm is raised when the metric is above, or below, this; what is below may be missing altogether ... */
  readonly limit: { readonly above: number } | { readonly below: number };
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
    ...raisedBy(spec.limit),
    evaluationPeriods: spec.periods,
    alarmDescription: `[${spec.severity}] ${spec.meaning} Runbook: docs/runbook.md#${spec.runbook}`,
  });

const raisedBy = (limit: AlarmSpec["limit"]) =>
  "above" in limit
    ? {
        threshold: limit.above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }
    : {
        threshold: limit.below,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      };
