import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localClientConfig } from "../../local/aws/client-config.ts";
import { sampleText } from "../contracts/aws/sample.ts";
import { addTenant, inboxSettings, put } from "./configure.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

let stack: RunningStack;
let defaultBus: EventBridgeClient;

beforeAll(async () => {
  stack = await startStack(["--set", "intake.awsSources=codepipeline,codebuild"]);
  defaultBus = new EventBridgeClient(localClientConfig(stack.description.endpoints.events));
  await put(stack, "system/mail-settings", inboxSettings(stack, { name: "Operator", address: "op@ops.example" }));
  await addTenant(stack, "acme", "ada@acme.example");
  await addTenant(stack, "globex", "gert@globex.example");
});

afterAll(async () => {
  defaultBus?.destroy();
  await stack?.stop();
});

/** Says on the default bus what an AWS service would say there. */
const say = async (name: string): Promise<void> => {
  const { source, "detail-type": type, detail } = JSON.parse(sampleText(name));
  const answer = await defaultBus.send(
    new PutEventsCommand({ Entries: [{ Source: source, DetailType: type, Detail: JSON.stringify(detail) }] }),
  );
  if (answer.FailedEntryCount !== 0) throw new Error(`the bus refused ${name}`);
};

test("an event of an AWS service becomes a mail for the tenant that registered it, and for no other", async () => {
  await put(stack, "acme/aws-sources/pipelines", { name: "Pipelines", pattern: { source: ["aws.codepipeline"] } });
  await put(stack, "globex/aws-sources/builds", { name: "Builds", pattern: { source: ["aws.codebuild"] } });

  await say("codepipeline-action-failed");
  await say("codebuild-failed");

  const [pipeline] = await stack.arrivalOf(1, "ada@acme.example");
  const [build] = await stack.arrivalOf(1, "gert@globex.example");
  expect(pipeline?.subject).toContain("myPipeline");
  expect(pipeline?.text).toContain("Deployment d-123456789 failed");
  expect(build?.subject).toContain("my-sample-project");
  expect(build?.text).toContain("npm test");
  expect(await stack.mailsTo("ada@acme.example")).toHaveLength(1);
  expect(await stack.mailsTo("gert@globex.example")).toHaveLength(1);
});
