import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { localClientConfig } from "../../local/aws/client-config.ts";
import type { StackDescription } from "../../local/stack-file.ts";

/** Puts all dead letters of a stack back into the queues they come from. Answers how many there were. */
export const redriveAll = async ({ endpoints, outputs }: StackDescription): Promise<number> => {
  const client = new SQSClient(localClientConfig(endpoints.sqs));
  try {
    const events = await redrive(client, outputs.eventsDlqUrl, outputs.eventsQueueUrl);
    return events + (await redrive(client, outputs.outboxDlqUrl, outputs.outboxQueueUrl));
  } finally {
    client.destroy();
  }
};

const redrive = async (client: SQSClient, from: string, to: string): Promise<number> => {
  let moved = 0;
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return moved;
    for (const { Body, ReceiptHandle } of Messages) {
      await client.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body }));
      await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
      moved += 1;
    }
  }
};
