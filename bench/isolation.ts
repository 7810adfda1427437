import { setTimeout as wait } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import pLimit from "p-limit";
import { createApiClient } from "../local/api-client.ts";
import { localClientConfig } from "../local/aws/client-config.ts";
import { putEvent } from "../local/put-event.ts";
import type { StackDescription } from "../local/stack-file.ts";
import { startScriptedSmtp } from "../test/fakes/scripted-smtp-server.ts";
import { startDeafListener } from "../test/faults/deaf-listener.ts";
import { type InboxWatch, watchInbox } from "./inbox-watch.ts";
import { startBenchStack } from "./local-stack.ts";
import { percentile } from "./statistics.ts";

/** Mails of the hung tenant. */
const QUEUED = 5000;

/** Events of the hung tenant that are published at once. */
const MOST_AT_ONCE = 20;

/** Mails of the quiet tenant, one after the other, alone and then beside the hung one. */
const MAILS = 300;

/** Time between them: long enough that they see the first failures as well as the mails being put aside afterwards. */
const PAUSE_MS = 100;

/** Mails before the first that is measured: functions and connections get warm. */
const WARM_UP = 30;

/** Most that the quiet tenant's slowest mails may be slower by. */
const MOST = 2;

/** Where the hung server stops answering, and how many recipients each event of its tenant has. */
const HANGS = [
  { at: "connect", recipients: 100 },
  { at: "greeting", recipients: 1 },
  { at: "MAIL", recipients: 10 },
] as const;
type Hang = (typeof HANGS)[number];

/**
 * What a tenant notices on the local stack of another one whose server hangs, at connect, at the greeting and in the
 * middle of a command, with 5,000 mails in the queue, from 50, 5,000 and 500 events: the time from PutEvents to the
 * inbox, alone and then beside the other, from the first mail on that finds the server hung.
 * @throws Error when the 99th percentile is more than twice as long.
 */
export const isolation = async (): Promise<void> => {
  const ratios: number[] = [];
  for (const hang of HANGS) {
    const { alone, beside } = await measure(hang);
    const ratio = percentile(beside, 0.99) / percentile(alone, 0.99);
    ratios.push(ratio);
    const halves = [alone.slice(0, MAILS / 2), alone.slice(MAILS / 2)].map((half) => percentile(half, 0.99));
    const noise = Math.max(...halves) / Math.min(...halves);
    console.log(`hang at ${hang.at}, ${QUEUED / hang.recipients} events`);
    console.log(`  alone   ${summary(alone)}; its halves differ ${noise.toFixed(2)} times`);
    console.log(`  beside  ${summary(beside)}: p99 ${ratio.toFixed(2)} times`);
  }
  if (Math.max(...ratios) > MOST) throw new Error(`A hung tenant slows another one down by more than ${MOST} times.`);
};

const summary = (times: readonly number[]): string =>
  [0.5, 0.9, 0.99, 1].map((share) => `p${share * 100} ${Math.round(percentile(times, share))} ms`).join(", ");

const measure = async ({ at, recipients }: Hang) => {
  const hung = at === "connect" ? await startDeafListener() : await startScriptedSmtp({ [at]: "stall" });
  const stack = await startBenchStack(["--no-demo", "--set", `egress.allowedTargets=127.0.0.1:${hung.port}`]);
  const watch = await watchInbox(stack.description.inbox.url);
  try {
    const publish = publisher(stack.description);
    await configure(stack.description, hung.port, recipients);
    await sendQuietly(publish, watch, "warm-up", WARM_UP);
    const alone = await sendQuietly(publish, watch, "alone", MAILS);
    const names = Array.from({ length: QUEUED / recipients }, (_, index) => `noisy ${index}`);
    await pLimit(MOST_AT_ONCE).map(names, (name) => publish("noisy", name));
    const beside = await sendQuietly(publish, watch, "beside", MAILS);
    return { alone, beside };
  } finally {
    await watch.stop();
    await stack.stop();
    await hung.stop();
  }
};

type Publish = (tenant: string, name: string) => Promise<string>;

const publisher = ({ endpoints, outputs }: StackDescription): Publish => {
  const client = new EventBridgeClient(localClientConfig(endpoints.events));
  return (tenant, name) => {
    const detail = JSON.stringify({ scope: tenant, type: "PipelineFailed", pipeline: { id: "build", name } });
    return putEvent(client, { busName: outputs.busName, source: `${tenant}.ci`, detail });
  };
};

const configure = async (
  { apiUrl, tokens, inbox }: StackDescription,
  hungPort: number,
  hungRecipients: number,
): Promise<void> => {
  const api = createApiClient(apiUrl, tokens.systemAdmin);
  for (const [tenant, port, recipients] of [
    ["quiet", inbox.smtpPort, 1],
    ["noisy", hungPort, hungRecipients],
  ] as const) {
    const provider = { kind: "smtp", host: "127.0.0.1", port, security: "none", auth: { type: "none" } };
    const emails = Array.from({ length: recipients }, (_, index) => `reader-${index}@${tenant}.example`);
    await api.call("PUT", tenant, { name: tenant });
    await api.call("PUT", `${tenant}/mail-settings`, { from: { address: `ci@${tenant}.example` }, provider });
    await api.call("PUT", `${tenant}/rules/all`, { name: "All of it", events: ["*"], recipients: { emails } });
  }
};

/** Sends one mail after the other and answers how long each took from PutEvents to the inbox, in milliseconds. */
const sendQuietly = async (publish: Publish, watch: InboxWatch, name: string, mails: number): Promise<number[]> => {
  const times: number[] = [];
  for (let index = 0; index < mails; index += 1) {
    const subject = `${name} ${index} of ${mails}`;
    const started = performance.now();
    await publish("quiet", subject);
    await watch.arrived(subject, 1);
    times.push(performance.now() - started);
    await wait(PAUSE_MS);
  }
  return times;
};
