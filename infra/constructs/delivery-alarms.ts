import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { createAlarm } from "./alarms.ts";
import { countOf } from "./product-metrics.ts";

/** Refused logins of tenants within an hour that one cause is likely to be behind. */
const MANY_SUSPENSIONS = 5;

/** What the metrics of `deliver` tell that its queue does not: mails that wait for us or for a person. */
export class DeliveryAlarms extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#addOwnFaults();
    this.#addSuspensions();
    createAlarm(this, "HeldAlarm", {
      metric: countOf(this, "deliver", { metric: "MailsHeld", period: Duration.minutes(5) }),
      limit: { above: 0 },
      periods: 3,
      severity: "low",
      meaning: "For a quarter of an hour mails have come to be held of which nobody knows whether they went out.",
      runbook: "mails-held",
    });
  }

  #addOwnFaults(): void {
    createAlarm(this, "OwnFailuresAlarm", {
      // Whoever fails comes again within six timeouts of the function: each period sees a fault that stays.
      metric: countOf(this, "deliver", { metric: "OwnFailures", period: Duration.minutes(5) }),
      limit: { above: 0 },
      periods: 2,
      severity: "high",
      meaning: "For ten minutes mails have not been sent for a fault of Tidings' own.",
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
    createAlarm(this, "SystemSuspendedAlarm", {
      metric: countOf(this, "deliver", { metric: "SystemTransportsSuspended", period: Duration.minutes(5) }),
      limit: { above: 0 },
      periods: 1,
      severity: "high",
      meaning: "The login of the mail settings that all tenants without their own send by was refused.",
      runbook: "transports-suspended",
    });
    createAlarm(this, "TenantsSuspendedAlarm", {
      metric: countOf(this, "deliver", { metric: "TenantTransportsSuspended", period: Duration.hours(1) }),
      limit: { above: MANY_SUSPENSIONS - 1 },
      periods: 1,
      severity: "low",
      meaning: `Within an hour ${MANY_SUSPENSIONS} logins of tenants or more were refused.`,
      runbook: "transports-suspended",
    });
  }
}
