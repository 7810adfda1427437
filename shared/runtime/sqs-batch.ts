import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

/** A queue message as the flows see it. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
}

/** The messages of an invocation. */
export const toMessages = (event: SQSEvent): QueueMessage[] =>
  event.Records.map(({ messageId, body }) => ({ id: messageId, body }));

/** Tells SQS which messages to deliver again; all others are done (Lambda developer guide, "Partial batch responses"). */
export const toBatchResponse = (again: readonly string[]): SQSBatchResponse => ({
  batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })),
});
