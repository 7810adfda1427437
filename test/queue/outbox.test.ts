import { setImmediate } from "node:timers/promises";
import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  type SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SendMessageBatchResult,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalSqs, startSqs } from "../../local/aws/sqs.ts";
import { type DeliverJob, parseDeliverJob } from "../../shared/contracts/deliver-job.ts";
import { createOutbox } from "../../shared/queue/outbox.ts";
import { addressOf, aJob, anEvent, scopeOf } from "../fakes/builders.ts";

const someJobs = (count: number, scope = "acme"): DeliverJob[] =>
  Array.from({ length: count }, (_, index) =>
    aJob({ scope: scopeOf(scope), recipient: addressOf(`p${index}@acme.example`) }),
  );

/** A job whose message has as many bytes. */
const jobOfSize = (bytes: number): DeliverJob => {
  const withMessage = (message: string) => aJob({ event: anEvent({ message }) });
  return withMessage("x".repeat(bytes - JSON.stringify(withMessage("")).length));
};

describe("the outbox on SQS", () => {
  let sqs: LocalSqs;

  beforeAll(async () => {
    sqs = await startSqs();
  });

  afterAll(() => sqs.stop());

  const createQueue = async (name: string): Promise<string> => {
    const { QueueUrl = "" } = await sqs.client.send(new CreateQueueCommand({ QueueName: name }));
    return QueueUrl;
  };

  const receiveAll = async (queueUrl: string): Promise<Message[]> => {
    const all: Message[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 0,
        }),
      );
      if (Messages.length === 0) return all;
      all.push(...Messages);
    }
  };

  test("takes any number of jobs, each as it was", async () => {
    const queueUrl = await createQueue("any-number");
    const jobs = someJobs(23);

    const unsent = await createOutbox(sqs.client, queueUrl).send(jobs);

    const received = (await receiveAll(queueUrl)).map(({ Body = "" }) => parseDeliverJob(Body));
    expect(unsent).toEqual([]);
    expect(received).toHaveLength(23);
    expect(received).toEqual(expect.arrayContaining(jobs));
  });

  test("answers the jobs of a queue that does not exist", async () => {
    const jobs = someJobs(12);

    expect(await createOutbox(sqs.client, `${sqs.url}/000000000000/nowhere`).send(jobs)).toEqual(jobs);
  });
});

/** An SQS that answers each request as told. */
const createClient = (answer: () => Promise<SendMessageBatchResult>) => {
  const requests: SendMessageBatchRequestEntry[][] = [];
  const send = async ({ input }: SendMessageBatchCommand) => {
    requests.push(input.Entries ?? []);
    return answer();
  };
  return { requests, client: { send: send as SQSClient["send"] } };
};

const TAKEN: SendMessageBatchResult = { Successful: [], Failed: [] };

const failed = (Id: string) => ({ Id, SenderFault: false, Code: "InternalError" });

describe("requests to SQS", () => {
  const sizesOf = async (jobs: readonly DeliverJob[]): Promise<number[]> => {
    const { client, requests } = createClient(async () => TAKEN);
    expect(await createOutbox(client, "https://sqs/outbox").send(jobs)).toEqual([]);
    return requests.map((entries) => entries.length);
  };

  test.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])("for %i jobs hold %j", async (count, sizes) => {
    expect(await sizesOf(someJobs(count))).toEqual(sizes);
  });

  test("hold at most 256 KiB", async () => {
    const [half, overHalf] = [jobOfSize(128 * 1024), jobOfSize(128 * 1024 + 1)];

    expect(await sizesOf([half, half, half])).toEqual([2, 1]);
    expect(await sizesOf([half, overHalf, aJob()])).toEqual([1, 2]);
    expect(await sizesOf([aJob({ event: anEvent({ message: "ü".repeat(100_000) }) }), half])).toEqual([1, 1]);
  });

  test("name the tenant as message group, so that a busy one delays only itself", async () => {
    const { client, requests } = createClient(async () => TAKEN);

    await createOutbox(client, "https://sqs/outbox").send(
      ["acme", "acme.eng.payments", "globex"].flatMap((scope) => someJobs(1, scope)),
    );

    expect(requests.flat().map(({ MessageGroupId }) => MessageGroupId)).toEqual(["acme", "acme", "globex"]);
  });

  test("are at most four at a time", async () => {
    let underWay = 0;
    let most = 0;
    const { client, requests } = createClient(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await setImmediate();
      underWay -= 1;
      return TAKEN;
    });

    await createOutbox(client, "https://sqs/outbox").send(someJobs(500));

    expect(requests).toHaveLength(50);
    expect(most).toBe(4);
  });
});

describe("jobs that SQS did not take", () => {
  test("are answered, and no others of their request", async () => {
    const { client } = createClient(async () => ({ Successful: [], Failed: [failed("1"), failed("3")] }));
    const jobs = someJobs(5);

    expect(await createOutbox(client, "https://sqs/outbox").send(jobs)).toEqual([jobs[1], jobs[3]]);
  });

  test("are all those of a request that failed, and none of the others", async () => {
    let requests = 0;
    const { client } = createClient(async () => {
      requests += 1;
      if (requests === 2) throw new Error("the network is down");
      return TAKEN;
    });
    const jobs = someJobs(25);

    expect(await createOutbox(client, "https://sqs/outbox").send(jobs)).toEqual(jobs.slice(10, 20));
  });
});
