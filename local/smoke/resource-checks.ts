import { DescribeTableCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { DescribeEventBusCommand } from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { parseJson } from "../../shared/contracts/json.ts";
import type { Check } from "./check.ts";
import type { Deployment } from "./deployment.ts";

/** The index by which waiting deliveries are found. */
const DUE_INDEX = "due";

/** Shortest visibility timeout, in seconds: six times the shortest timeout a function can have. */
const MIN_VISIBILITY_SECONDS = 6;

/** Whether tables, queues, bus and API are there, and as the path needs them. */
export const resourceChecks = (deployment: Deployment): Check[] => {
  const { outputs, local } = deployment;
  return [
    { title: "config table", run: () => tableIsActive(deployment, outputs.configTable) },
    { title: "deliveries table", run: () => tableIsActive(deployment, outputs.deliveriesTable, DUE_INDEX) },
    // The local stack's tables come from dynalite, which lets nothing expire.
    ...(local === undefined ? [{ title: "deliveries expire", run: () => recordsExpire(deployment) }] : []),
    { title: "events queue", run: () => queueHasDlq(deployment, outputs.eventsQueueUrl, outputs.eventsDlqUrl) },
    { title: "outbox queue", run: () => queueHasDlq(deployment, outputs.outboxQueueUrl, outputs.outboxDlqUrl) },
    { title: "event bus", run: () => busExists(deployment) },
    { title: "API answers", run: () => answers(`${outputs.apiUrl}/v1/health`, 200) },
    // It reads the key of links before it knows that this is none.
    { title: "unsubscribing", run: () => answers(`${outputs.apiUrl}/v1/unsubscribe/none`, 404) },
    { title: "API wants a token", run: () => answers(`${outputs.apiUrl}/v1/scopes`, 401) },
    {
      title: "webhook wants a signature",
      run: () => answers(`${outputs.apiUrl}/v1/webhooks/sendgrid/system`, 401, "POST"),
    },
  ];
};

const tableIsActive = async ({ dynamodb }: Deployment, name: string, indexName?: string): Promise<string> => {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
  if (Table?.TableStatus !== "ACTIVE") throw new Error(`${name} is ${Table?.TableStatus}`);
  if (indexName === undefined) return name;
  const index = Table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === indexName);
  if (index?.IndexStatus !== "ACTIVE")
    throw new Error(`its index "${indexName}" is ${index?.IndexStatus ?? "missing"}`);
  return `${name} with the index "${indexName}"`;
};

const recordsExpire = async ({ dynamodb, outputs }: Deployment): Promise<string> => {
  const { TimeToLiveDescription } = await dynamodb.send(
    new DescribeTimeToLiveCommand({ TableName: outputs.deliveriesTable }),
  );
  const { TimeToLiveStatus: status, AttributeName: attribute } = TimeToLiveDescription ?? {};
  if (status !== "ENABLED" && status !== "ENABLING") throw new Error(`time to live is ${status}`);
  return `by "${attribute}"`;
};

const queueHasDlq = async ({ sqs }: Deployment, url: string, dlqUrl: string): Promise<string> => {
  const attributesOf = async (QueueUrl: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))).Attributes ?? {};
  const [queue, dlq] = await Promise.all([attributesOf(url), attributesOf(dlqUrl)]);
  const redrive = parseJson(queue.RedrivePolicy ?? "{}");
  const { deadLetterTargetArn: target, maxReceiveCount: tries } = Object(redrive);
  if (target !== dlq.QueueArn) throw new Error(`failed messages go to ${target ?? "no queue"}, not to ${dlq.QueueArn}`);
  const visibility = Number(queue.VisibilityTimeout);
  if (!(visibility >= MIN_VISIBILITY_SECONDS)) {
    throw new Error(`a visibility timeout of ${visibility} s is too short for any function to finish`);
  }
  return `visible again after ${visibility} s, to its dead-letter queue after ${tries} tries`;
};

const busExists = async ({ bus, outputs }: Deployment): Promise<string> => {
  const { Arn } = await bus.send(new DescribeEventBusCommand({ Name: outputs.busName }));
  if (Arn === undefined) throw new Error(`there is no bus ${outputs.busName}`);
  return Arn;
};

const answers = async (url: string, status: number, method = "GET"): Promise<string> => {
  const response = await fetch(url, { method });
  if (response.status !== status) throw new Error(`${method} ${url} answered ${response.status}, not ${status}`);
  return `${status}`;
};
