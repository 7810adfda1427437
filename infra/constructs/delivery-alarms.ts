import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { createAlarm } from "./alarms.ts";
import { countOf } from "./product-metrics.ts";

/** Refused logins within an hour that one cause is likely to be behind. */
const MANY_SUSPENSIONS = 5;

/** What the metrics of `deliver` tell that its queue does not: mails that wait for us or for a person. */
export class DeliveryAlarms extends Construct {
  /** @param againSeconds after which a message that failed comes again. */
  constructor(scope: Construct, id: string, againSeconds: number) {
    super(scope, id);
    this.#addOwnFaults(againSeconds);
    this.#addSuspensions();
    createAlarm(this, "HeldAlarm", {
      metric: countOf(this, "deliver", { metric: "MailsHeld", period: Duration.minutes(15) }),
      limit: { above: 0 },
      periods: 1,
      severity: "low",
      meaning: "Mails have come to be held of which nobody knows whether they went out: they wait for people.",
      runbook: "mails-held",
    });
    createAlarm(this, "LinksMissingAlarm", {
      metric: countOf(this, "deliver", { metric: "LinksMissing", period: Duration.minutes(5) }),
      limit: { above: 0 },
      periods: 2,
      severity: "low",
      meaning: "For ten minutes mails have gone out without their links to unsubscribe.",
      runbook: "links-to-unsubscribe",
    });
  }

  #addOwnFaults(againSeconds: number): void {
    createAlarm(this, "OwnFailuresAlarm", {
      // So long that each period sees a fault that stays.
      metric: countOf(this, "deliver", { metric: "OwnFailures", period: periodFor(againSeconds) }),
      limit: { above: 0 },
      periods: 2,
      severity: "high",
      meaning: "For ten minutes or more mails have not been sent for a fault of Tidings' own.",
      runbook: "own-failures",
    });
    createAlarm(this, "NotStoredAlarm", {
      metric: countOf(this, "deliver", { metric: "OutcomesNotStored", period: Duration.minutes(5) }),
      limit: { above: 0 },
      periods: 1,
      severity: "low",
      meaning: "How mails ended could not be stored at first: some may be sent twice or held.",
      runbook: "outcomes-not-stored",
    });
  }

  #addSuspensions(): void {
    createAlarm(this, "SystemStalledAlarm", {
      // Mails that wait for somebody ask again within a quarter of an hour: it stays up until that is done.
      metric: countOf(this, "deliver", { metric: "SystemMailsStalled", period: Duration.minutes(30) }),
      limit: { above: 0 },
      periods: 1,
      severity: "high",
      meaning: "Nothing can be sent by the mail settings of all tenants without their own, until somebody mends them.",
      runbook: "transports-suspended",
    });
    createAlarm(this, "ManySuspendedAlarm", {
      metric: countOf(this, "deliver", { metric: "TransportsSuspended", period: Duration.hours(1) }),
      limit: { above: MANY_SUSPENSIONS - 1 },
      periods: 1,
      severity: "low",
      meaning: `Within an hour ${MANY_SUSPENSIONS} logins or more were refused.`,
      runbook: "transports-suspended",
    });
  }
}

/** CloudWatch looks at whole minutes. */
const periodFor = (seconds: number): Duration => Duration.minutes(Math.max(5, Math.ceil(seconds / 60)));
