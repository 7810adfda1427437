import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localClientConfig } from "../../local/aws/client-config.ts";
import { type ScriptedSmtpServer, startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { inboxSettings, put, ruleFor } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

/** Mails of the hung tenant, and of the quiet one that comes after them. */
const NOISY = { events: 10, recipients: 50 };
const QUIET = 20;

let hung: ScriptedSmtpServer;
let stack: RunningStack;
let sqs: SQSClient;

beforeAll(async () => {
  hung = await startScriptedSmtp({ MAIL: "stall" });
  stack = await startStack(["--set", `egress.allowedTargets=127.0.0.1:${hung.port}`]);
  sqs = new SQSClient(localClientConfig(stack.description.endpoints.sqs));
  const emails = Array.from({ length: NOISY.recipients }, (_, index) => `reader-${index}@noisy.example`);
  await put(stack, "noisy", { name: "Noisy" });
  await put(stack, "noisy/rules/all", ruleFor(...emails));
  await put(stack, "noisy/mail-settings", {
    from: { address: "ci@noisy.example" },
    // As patient as it may be: the server is not found out before the quiet tenant is done.
    provider: {
      kind: "smtp",
      host: "127.0.0.1",
      port: hung.port,
      security: "none",
      auth: { type: "none" },
      timeoutMs: 20_000,
    },
  });
  await put(stack, "quiet", { name: "Quiet" });
  await put(stack, "quiet/rules/all", ruleFor("reader@quiet.example"));
  await put(stack, "quiet/mail-settings", inboxSettings(stack, { name: "CI", address: "ci@quiet.example" }));
});

afterAll(async () => {
  sqs?.destroy();
  await Promise.all([stack?.stop(), hung?.stop()]);
});

const outbox = async (): Promise<{ visible: number; inFlight: number }> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: stack.description.outputs.outboxQueueUrl, AttributeNames: ["All"] }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
  };
};

const eventsOf = (tenant: string, count: number) =>
  Array.from({ length: count }, () => ({ source: `${tenant}.ci`, detail: { scope: tenant, type: "PipelineFailed" } }));

test("a tenant whose server hangs keeps its own backlog waiting, and nobody else's mail", async () => {
  const queued = NOISY.events * NOISY.recipients;
  await stack.publish(eventsOf("noisy", NOISY.events));
  await eventually("the whole backlog", async () => {
    const { visible, inFlight } = await outbox();
    return visible + inFlight === queued ? true : undefined;
  });
  await hung.stuck;

  await stack.publish(eventsOf("quiet", QUIET));
  await stack.arrivalOf(QUIET, "reader@quiet.example");

  const { visible } = await outbox();
  // Whoever came first and hangs still waits: the quiet tenant has overtaken nearly all of it.
  expect(visible).toBeGreaterThan(queued - 100);
  expect(hung.connections()).toBeLessThanOrEqual(20);
  expect(hung.accepted).toEqual([]);
});
