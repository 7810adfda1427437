import { readFile } from "node:fs/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { createApiClient } from "../local/api-client.ts";
import { localClientConfig } from "../local/aws/client-config.ts";
import { putEvent } from "../local/put-event.ts";
import { waitFor } from "../local/smoke/check.ts";
import type { StackDescription } from "../local/stack-file.ts";
import { type InboxWatch, watchInbox } from "./inbox-watch.ts";
import { startBenchStack } from "./local-stack.ts";
import { percentile } from "./statistics.ts";

const EVENTS = 20;

/** Publishes the sample event of a failed pipeline under a name of its own. */
type Publish = (pipelineName: string, eventId: string) => Promise<string>;

/**
 * How long it takes from `npm start` to a stack that is ready, and from calling PutEvents to the event's last mail in
 * the inbox. Events are published one by one, after one that warms the functions up.
 */
export const latency = async (): Promise<void> => {
  const stack = await startBenchStack();
  const watch = await watchInbox(stack.description.inbox.url);
  try {
    console.log(`stack ready        ${Math.round(stack.readyMs)} ms`);
    const publish = await samplePublisher(stack.description);
    const mails = await warmUp(stack.description, publish, watch);
    const times: number[] = [];
    for (let number = 1; number <= EVENTS; number += 1) {
      const name = `Bench ${number} of ${EVENTS}`;
      const started = performance.now();
      await publish(name, `bench-${number}`);
      await watch.arrived(name, mails);
      times.push(performance.now() - started);
    }
    print(times, mails);
  } finally {
    await watch.stop();
    await stack.stop();
  }
};

const samplePublisher = async ({ endpoints, outputs }: StackDescription): Promise<Publish> => {
  const client = new EventBridgeClient(localClientConfig(endpoints.events));
  const file = new URL("../docs/samples/pipeline-failed.json", import.meta.url);
  const sample = JSON.parse(await readFile(file, "utf8"));
  return (name, id) => {
    const detail = JSON.stringify({ ...sample, id, pipeline: { ...sample.pipeline, name } });
    return putEvent(client, { busName: outputs.busName, source: "acme.bench", detail });
  };
};

/** Publishes one event, waits for its mails, and answers how many each event causes. */
const warmUp = async (stack: StackDescription, publish: Publish, watch: InboxWatch): Promise<number> => {
  const api = createApiClient(stack.apiUrl, stack.tokens.acmeAdmin);
  const started = performance.now();
  await publish("Bench warm-up", "bench-warm-up");
  const event = await waitFor("the event's record", () => api.find("acme.eng/events/bench-warm-up"));
  const mails = [event.recipients].flat().filter(isMailed).length;
  await watch.arrived("Bench warm-up", mails);
  console.log(`first event        ${Math.round(performance.now() - started)} ms (cold functions)`);
  return mails;
};

/** The record also tells of people who are not mailed; they have no delivery. */
const isMailed = (recipient: unknown): boolean =>
  typeof recipient === "object" && recipient !== null && "deliveryId" in recipient;

const print = (times: readonly number[], mails: number): void => {
  const row = (label: string, share: number) => `${label.padEnd(18)} ${Math.round(percentile(times, share))} ms`;
  console.log(
    `\nPutEvents to mail in the inbox: ${times.length} events, ${mails} mails each, one event after the other`,
  );
  console.log([row("min", 1 / times.length), row("median", 0.5), row("p95", 0.95), row("max", 1)].join("\n"));
};
