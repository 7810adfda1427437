import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { putEvent } from "../put-event.ts";
import { type Check, waitFor } from "./check.ts";
import type { Deployment } from "./deployment.ts";

/** How long other people's dead letters are hidden while ours is looked for, in seconds. */
const HIDE_SECONDS = 120;

/**
 * Whether an event of nobody's is found among the dead letters of the events queue: it takes the way through bus, rule,
 * queue and `notify`. Our message is deleted; any others are put back at once.
 */
export const deadLetterCheck = (deployment: Deployment, tenant: string): Check => ({
  title: "an event of an unknown tenant is kept for inspection",
  run: async () => {
    const detail = JSON.stringify({ scope: tenant, type: "PipelineFailed" });
    await putEvent(deployment.bus, { busName: deployment.outputs.busName, source: tenant, detail });
    const others: Message[] = [];
    try {
      await waitFor("it in the dead-letter queue of events", () => takeOurs(deployment, tenant, others));
    } finally {
      await Promise.all(others.map((message) => putBack(deployment, message)));
    }
    return `found in the dead-letter queue of events${others.length > 0 ? `, among ${others.length} others` : ""}`;
  },
});

const takeOurs = async ({ sqs, outputs }: Deployment, marker: string, others: Message[]): Promise<true | undefined> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: outputs.eventsDlqUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: HIDE_SECONDS,
      WaitTimeSeconds: 1,
    }),
  );
  const ours = Messages.find(({ Body }) => Body?.includes(marker));
  others.push(...Messages.filter((message) => message !== ours));
  if (ours === undefined) return undefined;
  await sqs.send(new DeleteMessageCommand({ QueueUrl: outputs.eventsDlqUrl, ReceiptHandle: ours.ReceiptHandle }));
  return true;
};

const putBack = ({ sqs, outputs }: Deployment, { ReceiptHandle }: Message) =>
  sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: outputs.eventsDlqUrl, ReceiptHandle, VisibilityTimeout: 0 }));
