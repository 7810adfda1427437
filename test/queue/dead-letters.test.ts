import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalSqs, startSqs } from "../../local/aws/sqs.ts";
import { createDeadLetters } from "../../shared/queue/dead-letters.ts";

let sqs: LocalSqs;

beforeAll(async () => {
  sqs = await startSqs();
});

afterAll(() => sqs.stop());

test("a dead letter is the message as it came, with the reason as attribute", async () => {
  const { QueueUrl = "" } = await sqs.client.send(new CreateQueueCommand({ QueueName: "events-dlq" }));

  await createDeadLetters(sqs.client, QueueUrl).put("{ poison ü", "The message is not an EventBridge event.");

  const { Messages = [] } = await sqs.client.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }),
  );
  expect(Messages).toMatchObject([
    { Body: "{ poison ü", MessageAttributes: { reason: { StringValue: "The message is not an EventBridge event." } } },
  ]);
});

test("a dead letter that cannot be written is an error", async () => {
  const letters = createDeadLetters(sqs.client, `${sqs.url}/000000000000/nowhere`);

  await expect(letters.put("body", "reason")).rejects.toThrow();
});
