import type { Message } from "@aws-sdk/client-sqs";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import type { InvocationResult } from "./invocation.ts";

/** The event with which Lambda hands messages to a function. */
export const toSqsEvent = (
  messages: readonly Message[],
  source: { readonly queueArn: string; readonly region: string },
): SQSEvent => ({ Records: messages.map((message) => toRecord(message, source)) });

const toRecord = (
  message: Message,
  { queueArn, region }: { readonly queueArn: string; readonly region: string },
): SQSRecord => ({
  messageId: message.MessageId ?? "",
  receiptHandle: message.ReceiptHandle ?? "",
  body: message.Body ?? "",
  attributes: {
    ApproximateReceiveCount: "1",
    SentTimestamp: "0",
    SenderId: "",
    ApproximateFirstReceiveTimestamp: "0",
    ...message.Attributes,
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType ?? "String",
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody ?? "",
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: region,
});

/**
 * Which messages of a batch are done with and may be deleted. After a failed invocation: none. With
 * `ReportBatchItemFailures`, a list that is absent or empty means all, an entry without a known id means none.
 * Source: AWS Lambda developer guide, "Handling errors for an SQS event source in Lambda".
 */
export const successesOf = (
  messages: readonly Message[],
  result: InvocationResult,
  reportsItemFailures: boolean,
): readonly Message[] => {
  if (!result.ok) return [];
  if (!reportsItemFailures) return messages;
  const failedIds = failedIdsIn(JSON.parse(result.payload));
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  if (failedIds === undefined || failedIds.some((id) => !known.has(id))) return [];
  return messages.filter(({ MessageId }) => MessageId === undefined || !failedIds.includes(MessageId));
};

/** The ids in a batch response, or undefined when it is malformed. */
const failedIdsIn = (response: unknown): readonly string[] | undefined => {
  if (typeof response !== "object" || response === null || !("batchItemFailures" in response)) return [];
  const { batchItemFailures } = response;
  if (batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return undefined;
  const ids = batchItemFailures.map((failure: unknown) =>
    typeof failure === "object" && failure !== null && "itemIdentifier" in failure ? failure.itemIdentifier : undefined,
  );
  return ids.every((id) => typeof id === "string" && id !== "") ? (ids as string[]) : undefined;
};
