import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalSqs, startSqs } from "../../../../local/aws/sqs.ts";

let sqs: LocalSqs;
let made = 0;

beforeAll(async () => {
  sqs = await startSqs();
});

afterAll(() => sqs.stop());

const createQueue = async (attributes: Record<string, string> = {}): Promise<string> => {
  made += 1;
  const command = new CreateQueueCommand({ QueueName: `queue-${made}`, Attributes: attributes });
  return (await sqs.client.send(command)).QueueUrl ?? "";
};

const receive = async (url: string, how: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, ...how });
  return (await sqs.client.send(command)).Messages ?? [];
};

const countsOf = async (url: string) => {
  const { Attributes = {} } = await sqs.client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }),
  );
  return [
    Attributes.ApproximateNumberOfMessages,
    Attributes.ApproximateNumberOfMessagesNotVisible,
    Attributes.ApproximateNumberOfMessagesDelayed,
  ].map(Number);
};

const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

describe("the local SQS", () => {
  test("serves the quiet group before the backlog of another one", async () => {
    const url = await createQueue();
    for (let index = 0; index < 30; index += 1) await sqs.send({ url }, `noisy ${index}`, "noisy");
    await receive(url);

    await sqs.send({ url }, "quiet", "quiet");

    const [first, second] = await receive(url, { MaxNumberOfMessages: 2, MessageSystemAttributeNames: ["All"] });
    expect(first).toMatchObject({ Body: "quiet", Attributes: { MessageGroupId: "quiet" } });
    expect(second?.Body).toBe("noisy 10");
  });

  test("hides a received message, shows it again when asked to, and counts its receives", async () => {
    const url = await createQueue();
    await sqs.send({ url }, "one");
    const [{ ReceiptHandle } = {}] = await receive(url);
    const whileHidden = await receive(url);

    await sqs.client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));

    const again = await receive(url, { MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    expect(whileHidden).toEqual([]);
    expect(again).toMatchObject([{ Body: "one", Attributes: { ApproximateReceiveCount: "2" } }]);
  });

  test("shows a message again after its visibility timeout, under a new handle, and forgets the old one", async () => {
    const url = await createQueue({ VisibilityTimeout: "1" });
    await sqs.send({ url }, "one");
    const [{ ReceiptHandle: outdated } = {}] = await receive(url);

    const [{ ReceiptHandle } = {}] = await receive(url, { WaitTimeSeconds: 20 });
    await sqs.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: outdated }));
    const afterOutdated = await countsOf(url);
    await sqs.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));

    expect(afterOutdated).toEqual([0, 1, 0]);
    expect(await countsOf(url)).toEqual([0, 0, 0]);
  });

  test("gives a message to the dead letters after as many receives as it may have, with its id", async () => {
    const dlq = await createQueue();
    const arn = `arn:aws:sqs:us-east-1:000000000000:${dlq.slice(dlq.lastIndexOf("/") + 1)}`;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 2 });
    const url = await createQueue({ RedrivePolicy });
    await sqs.send({ url }, "poison");

    const [first] = await receive(url, { VisibilityTimeout: 0 });
    const tries = [first, ...(await receive(url, { VisibilityTimeout: 0 })), ...(await receive(url))];

    expect(tries).toHaveLength(2);
    expect(await receive(dlq)).toMatchObject([{ Body: "poison", MessageId: first?.MessageId }]);
    expect(await countsOf(url)).toEqual([0, 0, 0]);
  });

  test("keeps a delayed message back, and hands it to whoever waits for it", async () => {
    const url = await createQueue();
    await sqs.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "later", DelaySeconds: 1 }));
    const before = [await receive(url), await countsOf(url)];

    const after = await receive(url, { WaitTimeSeconds: 20 });

    expect(before).toEqual([[], [0, 0, 1]]);
    expect(bodies(after)).toEqual(["later"]);
  });

  test("hands each message to one of those who wait", async () => {
    const url = await createQueue();
    const waiting = [1, 2].map(() => receive(url, { MaxNumberOfMessages: 1, WaitTimeSeconds: 20 }));

    await sqs.client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: ["a", "b"].map((body) => ({ Id: body, MessageBody: body })),
      }),
    );

    expect((await Promise.all(waiting)).flatMap(bodies).toSorted()).toEqual(["a", "b"]);
  });

  test("empties a queue, in flight and delayed messages as well", async () => {
    const url = await createQueue();
    for (const DelaySeconds of [0, 0, 900]) {
      await sqs.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x", DelaySeconds }));
    }
    await receive(url, { MaxNumberOfMessages: 1 });
    const before = await countsOf(url);

    await sqs.client.send(new PurgeQueueCommand({ QueueUrl: url }));

    expect(before).toEqual([1, 1, 1]);
    expect(await countsOf(url)).toEqual([0, 0, 0]);
  });

  test("answers the digest of attributes as the developer guide computes it", async () => {
    const url = await createQueue();
    const attributes = {
      b: { DataType: "Binary", BinaryValue: Buffer.from("ü") },
      a: { DataType: "Number", StringValue: "1" },
    };

    const sent = await sqs.client.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: "x", MessageAttributes: attributes }),
    );

    const [received] = await receive(url, { MessageAttributeNames: ["All"] });
    expect(received?.MessageAttributes).toMatchObject({ a: { StringValue: "1" } });
    expect(received?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(sent.MD5OfMessageAttributes).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    {
      title: "an unknown queue",
      input: { QueueUrl: "http://127.0.0.1/000000000000/nowhere", MessageBody: "x" },
      says: "QueueDoesNotExist",
    },
    { title: "an empty body", input: { MessageBody: "" }, says: "InvalidParameterValue" },
    { title: "a character that XML cannot hold", input: { MessageBody: "\u0000" }, says: "InvalidParameterValue" },
    {
      title: "a group with a space",
      input: { MessageBody: "x", MessageGroupId: "a b" },
      says: "InvalidParameterValue",
    },
    { title: "too long a delay", input: { MessageBody: "x", DelaySeconds: 901 }, says: "InvalidParameterValue" },
    { title: "more than a megabyte", input: { MessageBody: "x".repeat(1_048_577) }, says: "InvalidParameterValue" },
  ])("refuses $title", async ({ input, says }) => {
    const QueueUrl = await createQueue();

    const sending = sqs.client.send(new SendMessageCommand({ QueueUrl, ...input }));

    await expect(sending).rejects.toMatchObject({ name: says });
    expect(await countsOf(QueueUrl)).toEqual([0, 0, 0]);
  });

  test("takes the good entries of a batch and refuses the others", async () => {
    const QueueUrl = await createQueue();
    const Entries = [
      { Id: "good", MessageBody: "x" },
      { Id: "bad", MessageBody: "\u0000" },
    ];

    const answer = await sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

    expect(answer.Successful).toMatchObject([{ Id: "good" }]);
    expect(answer.Failed).toMatchObject([{ Id: "bad", SenderFault: true }]);
  });

  test("moves dead letters back to the queue they came from, to be tried anew", async () => {
    const dead = await createQueue();
    const { Attributes = {} } = await sqs.client.send(
      new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ["QueueArn"] }),
    );
    const url = await createQueue({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes.QueueArn, maxReceiveCount: 1 }),
    });
    await sqs.send({ url }, "poison", "acme");
    await receive(url, { VisibilityTimeout: 0 });
    await receive(url);

    const { TaskHandle } = await sqs.client.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes.QueueArn }));

    const [message] = await receive(url, { MessageSystemAttributeNames: ["All"] });
    expect(TaskHandle).toBeTruthy();
    expect(message).toMatchObject({
      Body: "poison",
      Attributes: { ApproximateReceiveCount: "1", MessageGroupId: "acme" },
    });
    expect(await countsOf(dead)).toEqual([0, 0, 0]);
  });
});
