import { EventBus, Match, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { AWS_SERVICES, type AwsService } from "../../shared/contracts/aws/services.ts";
import { PUBLISHABLE, TIDINGS_SOURCE } from "../../shared/contracts/bus.ts";
import { parseScope, SYSTEM, tenantOf } from "../../shared/domain/scope.ts";
import { WorkQueue } from "./work-queue.ts";

/** What {@link Intake} needs to know. */
export interface IntakeProps {
  /** Timeout of `notify`, which works off the events. */
  readonly notifyTimeoutSeconds: number;
  /** Services whose own events are listened to on the account's default bus. */
  readonly awsServices: readonly AwsService[];
}

/** Where events come in: the bus that applications publish to, and the queue that keeps them for `notify`. */
export class Intake extends Construct {
  /** Has no resource policy: only principals of this account whom IAM allows it can publish. */
  readonly bus: EventBus;
  readonly events: WorkQueue;

  constructor(scope: Construct, id: string, props: IntakeProps) {
    super(scope, id);
    this.bus = new EventBus(this, "Bus");
    this.events = new WorkQueue(this, "Events", {
      name: "events",
      consumerTimeoutSeconds: props.notifyTimeoutSeconds,
    });
    const target = new SqsQueue(this.events.queue, {
      deadLetterQueue: this.events.deadLetters,
      // EventBridge's most patient policy, written down so that nothing changes it unseen.
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
    });
    new Rule(this, "Rule", {
      description: "Events about pipelines and direct messages go to Tidings.",
      eventBus: this.bus,
      eventPattern: { detailType: [...PUBLISHABLE], source: Match.anythingBut(TIDINGS_SOURCE) },
      targets: [target],
    });
    if (props.awsServices.length > 0) this.#listenToAws(props.awsServices, target);
  }

  /**
   * Lets a role or user publish events of one tenant, and of no other, whatever their `detail` says.
   * @throws Error when `tenant` is not a tenant's id, or when the grantee is nobody a policy can be attached to.
   */
  grantPublish(grantee: IGrantable, tenant: string): Grant {
    const scope = parseScope(tenant);
    if (scope === undefined || scope === SYSTEM || tenantOf(scope) !== scope) {
      throw new Error(`cannot grant publishing: "${tenant}" must be the id of a tenant, such as "acme"`);
    }
    const grant = Grant.addToPrincipal({
      grantee,
      actions: ["events:PutEvents"],
      resourceArns: [this.bus.eventBusArn],
      conditions: {
        StringEquals: { "events:detail-type": PUBLISHABLE },
        // All sources of a request must be the tenant's. "All of none" would be true as well, hence the Null check
        // (EventBridge user guide, "Using IAM policy conditions").
        "ForAllValues:StringLike": { "events:source": [tenant, `${tenant}.*`] },
        Null: { "events:source": "false" },
      },
    });
    grant.assertSuccess();
    return grant;
  }

  /** AWS publishes on the default bus only; who is told of what is for the tenants' registrations to say. */
  #listenToAws(services: readonly AwsService[], target: SqsQueue): void {
    new Rule(this, "AwsRule", {
      description: "Events of AWS services go to Tidings.",
      eventBus: EventBus.fromEventBusName(this, "DefaultBus", "default"),
      eventPattern: {
        source: services.map((service) => AWS_SERVICES[service].source),
        detailType: services.flatMap((service) => [...AWS_SERVICES[service].detailTypes]),
      },
      targets: [target],
    });
  }
}
