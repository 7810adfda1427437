import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DeadLetters } from "../flow/ports.ts";

/**
 * Puts a message that belongs to nobody straight into the dead-letter queue, with the reason as message attribute
 * `reason`, instead of failing it as often as the queue allows.
 */
export const createDeadLetters = (client: Pick<SQSClient, "send">, queueUrl: string): DeadLetters => ({
  async put(body, reason) {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageAttributes: { reason: { DataType: "String", StringValue: reason } },
      }),
    );
  },
});
