import {
  DescribeEventBusCommand,
  EventBridgeClient,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { localClientConfig } from "../../../local/aws/client-config.ts";
import { eventBusListener } from "../../../local/aws/event-bus.ts";
import type { BusEvent } from "../../../local/aws/put-events.ts";
import { type LocalServer, listen } from "../../../local/http-server.ts";

const TARGET = "arn:aws:sqs:us-east-1:000000000000:events";
const delivered: { targetArn: string; event: BusEvent }[] = [];
const reports: string[] = [];
let server: LocalServer;
let client: EventBridgeClient;
let targetFails = false;

beforeAll(async () => {
  server = await listen();
  server.serve(
    eventBusListener({
      place: { region: "us-east-1", accountId: "000000000000", sqsUrl: "", apiUrl: "" },
      buses: [{ name: "tidings", arn: "arn:aws:events:us-east-1:000000000000:event-bus/tidings" }],
      rules: [
        {
          name: "intake",
          arn: "arn:aws:events:us-east-1:000000000000:rule/tidings/intake",
          busName: "tidings",
          pattern: { "detail-type": ["Pipeline Event"], source: [{ "anything-but": "tidings" }] },
          targets: [{ id: "queue", arn: TARGET }],
        },
        {
          name: "aws",
          arn: "arn:aws:events:us-east-1:000000000000:rule/aws",
          busName: "default",
          pattern: { source: ["aws.codebuild"] },
          targets: [{ id: "queue", arn: TARGET }],
        },
      ],
      deliver: async (targetArn, event) => {
        if (targetFails) throw new Error("the queue is gone");
        delivered.push({ targetArn, event });
      },
      report: (message) => reports.push(message),
    }),
  );
  client = new EventBridgeClient({ ...localClientConfig(server.url), maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

beforeEach(() => {
  delivered.length = 0;
  reports.length = 0;
  targetFails = false;
});

const anEntry = (changes: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: "tidings",
  Source: "acme.ci",
  DetailType: "Pipeline Event",
  Detail: '{"type":"PipelineFailed"}',
  ...changes,
});

const put = (...entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries: entries }));

describe("PutEvents", () => {
  test("hands a matching event to the target in the standard envelope", async () => {
    const answer = await put(anEntry({ Time: new Date("2026-11-20T10:00:00.500Z"), Resources: ["r1"] }));

    expect(answer.FailedEntryCount).toBe(0);
    expect(delivered).toEqual([
      {
        targetArn: TARGET,
        event: {
          version: "0",
          id: answer.Entries?.[0]?.EventId,
          "detail-type": "Pipeline Event",
          source: "acme.ci",
          account: "000000000000",
          time: "2026-11-20T10:00:00Z",
          region: "us-east-1",
          resources: ["r1"],
          detail: { type: "PipelineFailed" },
        },
      },
    ]);
  });

  test("takes the bus by ARN", async () => {
    await put(anEntry({ EventBusName: "arn:aws:events:us-east-1:000000000000:event-bus/tidings" }));

    expect(delivered).toHaveLength(1);
  });

  test.each([
    { title: "another source", entry: anEntry({ Source: "tidings" }) },
    { title: "another detail-type", entry: anEntry({ DetailType: "Audit" }) },
    { title: "the default bus", entry: { ...anEntry(), EventBusName: undefined } },
  ])("accepts an event of $title and hands it to nobody", async ({ entry }) => {
    const answer = await put(entry);

    expect(answer.FailedEntryCount).toBe(0);
    expect(delivered).toEqual([]);
  });

  test.each([undefined, "default", "arn:aws:events:us-east-1:000000000000:event-bus/default"])(
    "hands an event of an AWS service to the rules of the default bus, given as %s",
    async (EventBusName) => {
      const answer = await put({ ...anEntry({ Source: "aws.codebuild" }), EventBusName });

      expect(answer.FailedEntryCount).toBe(0);
      expect(delivered.map(({ event }) => event.source)).toEqual(["aws.codebuild"]);
    },
  );

  test("accepts an event for an unknown bus and tells the person at the terminal", async () => {
    const answer = await put(anEntry({ EventBusName: "tydings" }));

    expect(answer.FailedEntryCount).toBe(0);
    expect(reports).toEqual(["Dropped an event for bus tydings, which does not exist."]);
  });

  test("fails single entries and takes the others", async () => {
    const answer = await put(
      anEntry({ Detail: "not JSON" }),
      anEntry({ Detail: "[1]" }),
      anEntry(),
      anEntry({ Source: undefined }),
      anEntry({ DetailType: "" }),
      anEntry({ Detail: undefined }),
      anEntry({ Source: "aws.s3" }),
    );

    expect(answer.FailedEntryCount).toBe(6);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      "MalformedDetail",
      "MalformedDetail",
      undefined,
      "InvalidArgument",
      "InvalidArgument",
      "InvalidArgument",
      "NotAuthorizedForSource",
    ]);
    expect(answer.Entries?.[3]?.ErrorMessage).toContain("Source is a required argument");
    expect(delivered).toHaveLength(1);
  });

  test("fails an entry whose target could not be reached, so that it is published again", async () => {
    targetFails = true;

    const answer = await put(anEntry());

    expect(answer.FailedEntryCount).toBe(1);
    expect(reports).toEqual(["Cannot hand an event to its target: the queue is gone"]);
  });

  test.each([
    { title: "no entries", entries: [], says: "greater than or equal to 1" },
    {
      title: "more than ten entries",
      entries: Array.from({ length: 11 }, () => anEntry()),
      says: "less than or equal to 10",
    },
    {
      title: "entries of more than a megabyte together",
      entries: [1, 2].map(() => anEntry({ Detail: JSON.stringify({ text: "x".repeat(600_000) }) })),
      says: "Total size of the entries in the request is over the limit.",
    },
  ])("refuses $title as a whole", async ({ entries, says }) => {
    const refusal = put(...entries);

    await expect(refusal).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(says),
    });
    expect(delivered).toEqual([]);
  });
});

describe("reading the bus", () => {
  test("lists buses, rules and targets", async () => {
    const buses = await client.send(new ListEventBusesCommand());
    const rules = await client.send(new ListRulesCommand({ EventBusName: "tidings" }));
    const targets = await client.send(new ListTargetsByRuleCommand({ EventBusName: "tidings", Rule: "intake" }));

    expect(buses.EventBuses?.map(({ Name }) => Name)).toEqual(["tidings", "default"]);
    expect(rules.Rules).toMatchObject([{ Name: "intake", State: "ENABLED" }]);
    expect(targets.Targets).toEqual([{ Id: "queue", Arn: TARGET }]);
  });

  test("does not know a bus that is not there", async () => {
    const description = client.send(new DescribeEventBusCommand({ Name: "other" }));

    await expect(description).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("the protocol", () => {
  test("answers an operation that is not imitated as AWS answers an unknown one", async () => {
    const answer = client.send(new ListArchivesCommand());

    await expect(answer).rejects.toMatchObject({
      name: "UnknownOperationException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test.each([
    { title: "no JSON", body: "{" },
    { title: "no object", body: "[]" },
    { title: "entries of the wrong type", body: '{"Entries":[{"Source":1}]}' },
  ])("refuses a body that is $title", async ({ body }) => {
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "x-amz-target": "AWSEvents.PutEvents" },
      body,
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: "SerializationException" });
  });
});
