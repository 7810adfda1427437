import type { Context, SQSEvent } from "aws-lambda";

/** The context of an invocation that has this long left. */
export const contextWith = (remainingMs = 60_000): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: "under-test",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:under-test",
  memoryLimitInMB: "256",
  awsRequestId: "2b1d3c52-0000-4000-8000-000000000001",
  logGroupName: "/aws/lambda/under-test",
  logStreamName: "stream",
  getRemainingTimeInMillis: () => remainingMs,
  done: () => {},
  fail: () => {},
  succeed: () => {},
});

/** The invocation of a function by its queue, with a message `m0`, `m1` ... for each body. */
export const queueEventOf = (...bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    receiptHandle: `handle-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1795176000000",
      SenderId: "123456789012",
      ApproximateFirstReceiveTimestamp: "1795176000000",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:queue",
    awsRegion: "eu-central-1",
  })),
});
