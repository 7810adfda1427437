import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { createAlarm } from "./alarms.ts";

/** What {@link WorkQueue} needs to know. */
export interface WorkQueueProps {
  /** What its alarms and their runbook articles are called after. */
  readonly name: "events" | "outbox";
  /** Timeout of the function that works it off; fractions are rounded up as for the function itself. */
  readonly consumerTimeoutSeconds: number;
}

/** How much longer than the consumer's timeout a message stays hidden (Lambda guide, "Using Lambda with Amazon SQS"). */
const VISIBILITY_FACTOR = 6;

/** Records given to one invocation. More would need a batching window, and so a delay. */
const BATCH_SIZE = 10;

const PROTECTED: QueueProps = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/** A queue that a function works off in batches, with a queue for what cannot be worked off. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** After which a message comes again whose work was not done. */
  readonly visibilitySeconds: number;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    // Longer than the queue's own retention: SQS counts a message's age from when it was first sent.
    this.deadLetters = new Queue(this, "DeadLetters", { ...PROTECTED, retentionPeriod: Duration.days(14) });
    this.visibilitySeconds = VISIBILITY_FACTOR * Math.ceil(props.consumerTimeoutSeconds);
    this.queue = new Queue(this, "Queue", {
      ...PROTECTED,
      visibilityTimeout: Duration.seconds(this.visibilitySeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    this.#addAlarms(props.name);
  }

  /**
   * Lets a function work off the queue. Records it reports as failed come again, the others of the batch are done.
   * @param maxConcurrency most environments that work at a time; none given, Lambda decides.
   */
  feed(consumer: IFunction, maxConcurrency?: number): void {
    consumer.addEventSourceMapping("Source", {
      eventSourceArn: this.queue.queueArn,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    });
    this.queue.grant(
      consumer,
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:ChangeMessageVisibility",
      "sqs:GetQueueAttributes",
    );
  }

  #addAlarms(name: WorkQueueProps["name"]): void {
    createAlarm(this, "DeadLettersAlarm", {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      limit: { above: 0 },
      periods: 1,
      severity: "high",
      meaning: `The dead-letter queue of "${name}" is not empty.`,
      runbook: `${name}-dead-letters`,
    });
    createAlarm(this, "AgeAlarm", {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      limit: { above: Duration.minutes(15).toSeconds() },
      periods: 2,
      severity: "high",
      meaning: `Messages wait in "${name}" for more than 15 minutes.`,
      runbook: `${name}-queue-age`,
    });
  }
}
