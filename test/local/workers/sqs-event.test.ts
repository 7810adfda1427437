import { describe, expect, test } from "vitest";
import type { InvocationResult } from "../../../local/workers/invocation.ts";
import { successesOf, toSqsEvent } from "../../../local/workers/sqs-event.ts";

const messages = [{ MessageId: "a" }, { MessageId: "b" }, { MessageId: "c" }];
const answered = (value: unknown): InvocationResult => ({ ok: true, payload: JSON.stringify(value) });
const failures = (...ids: unknown[]) =>
  answered({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe("toSqsEvent", () => {
  test("makes records as Lambda does", () => {
    const message = {
      MessageId: "m1",
      ReceiptHandle: "r1",
      Body: "{}",
      MD5OfBody: "99914b932bd37a50b983c5e7c90ae93b",
      Attributes: { ApproximateReceiveCount: "3", SentTimestamp: "17", MessageGroupId: "acme" },
      MessageAttributes: { kind: { DataType: "String", StringValue: "x" } },
    };

    const event = toSqsEvent([message], { queueArn: "arn:aws:sqs:us-east-1:000000000000:q", region: "us-east-1" });

    expect(event.Records).toEqual([
      {
        messageId: "m1",
        receiptHandle: "r1",
        body: "{}",
        attributes: {
          ApproximateReceiveCount: "3",
          SentTimestamp: "17",
          SenderId: "",
          ApproximateFirstReceiveTimestamp: "0",
          MessageGroupId: "acme",
        },
        messageAttributes: { kind: { dataType: "String", stringValue: "x" } },
        md5OfBody: "99914b932bd37a50b983c5e7c90ae93b",
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:q",
        awsRegion: "us-east-1",
      },
    ]);
  });
});

describe("successesOf", () => {
  test.each([
    {
      title: "nothing after a failed invocation",
      result: { ok: false, error: { errorType: "E", errorMessage: "" } },
      done: [],
    },
    { title: "all when nothing is said", result: answered(null), done: ["a", "b", "c"] },
    { title: "all when the list is absent", result: answered({}), done: ["a", "b", "c"] },
    { title: "all when the list is null", result: answered({ batchItemFailures: null }), done: ["a", "b", "c"] },
    { title: "all when the list is empty", result: failures(), done: ["a", "b", "c"] },
    { title: "all but those in the list", result: failures("b"), done: ["a", "c"] },
    { title: "nothing when an id is unknown", result: failures("x"), done: [] },
    { title: "nothing when an id is empty", result: failures(""), done: [] },
    { title: "nothing when an id is null", result: failures(null), done: [] },
    { title: "nothing when the list is no list", result: answered({ batchItemFailures: "b" }), done: [] },
    { title: "nothing when an entry is malformed", result: answered({ batchItemFailures: [{ id: "b" }] }), done: [] },
  ] satisfies { title: string; result: InvocationResult; done: string[] }[])("is $title", ({ result, done }) => {
    expect(successesOf(messages, result, true).map(({ MessageId }) => MessageId)).toEqual(done);
  });

  test("ignores the list of a function that is not asked for it", () => {
    expect(successesOf(messages, failures("b"), false)).toEqual(messages);
  });
});
