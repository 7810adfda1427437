import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { localClientConfig } from "../../local/aws/client-config.ts";
import { type LocalServer, listen } from "../../local/http-server.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { readStackFile } from "../../local/stack-file.ts";

/** Far longer than it takes on any machine: only a stack that is broken gets there. */
const SOON = { timeout: 20_000 };

let folder: string;
let observer: LocalServer;
let observed: Record<string, unknown>[];
const stacks: Stack[] = [];
const reports: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stack-"));
  observed = [];
  observer = await listen();
  observer.serve(async (request, response) => {
    observed.push(JSON.parse(await text(request)));
    response.end();
  });
});

afterEach(async () => {
  await Promise.all(stacks.splice(0).map((stack) => stack.stop()));
  await observer.stop();
  await rm(folder, { recursive: true });
});

const start = async (changes: Partial<StackOptions> = {}): Promise<Stack> => {
  const stack = await startStack({
    projectDir: join(import.meta.dirname, "fixtures", "project"),
    stateDir: join(folder, "state"),
    dataDir: undefined,
    port: 0,
    demo: false,
    scheduleEveryMs: undefined,
    report: (message) => reports.push(message),
    ...changes,
    settings: { observer: observer.url, ...changes.settings },
  });
  stacks.push(stack);
  return stack;
};

const publish = async ({ description }: Stack, detail: object): Promise<void> => {
  const client = new EventBridgeClient(localClientConfig(description.endpoints.events));
  const Entries = [
    {
      EventBusName: description.outputs.busName,
      Source: "acme.ci",
      DetailType: "Pipeline Event",
      Detail: JSON.stringify(detail),
    },
  ];
  const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
  expect(FailedEntryCount).toBe(0);
};

const fileExists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

describe("the local stack", () => {
  test("carries an event from the bus through the queue to the function", async () => {
    const stack = await start();

    await publish(stack, { type: "PipelineFailed" });

    await expect
      .poll(() => observed, SOON)
      .toMatchObject([{ source: "acme.ci", "detail-type": "Pipeline Event", detail: { type: "PipelineFailed" } }]);
  });

  test("answers the API with the template's routes, tokens and environment", async () => {
    const { description } = await start();

    const open = await fetch(`${description.apiUrl}/v1/health`);
    const refused = await fetch(`${description.apiUrl}/v1/scopes`);
    const allowed = await fetch(`${description.apiUrl}/v1/scopes`, {
      headers: { authorization: `Bearer ${description.tokens.acmeAdmin}` },
    });

    expect(await open.json()).toEqual({ OBSERVER_URL: observer.url, KEPT: "from cdk.json" });
    expect(refused.status).toBe(401);
    expect(await allowed.json()).toMatchObject({ claims: { "cognito:groups": "[acme:admin]" } });
  });

  test("calls scheduled functions at the interval that was asked for", async () => {
    await start({ scheduleEveryMs: 50 });

    await expect.poll(() => observed.length, SOON).toBeGreaterThan(2);
    expect(observed[0]).toMatchObject({ "detail-type": "Scheduled Event", source: "aws.events" });
  });

  test("creates the tables with their indexes and tells what expires", async () => {
    const { description } = await start();

    const client = new DynamoDBClient(localClientConfig(description.endpoints.dynamodb));
    const TableName = description.outputs.deliveriesTable;
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    client.destroy();

    expect(Table).toMatchObject({ TableStatus: "ACTIVE", GlobalSecondaryIndexes: [{ IndexName: "due" }] });
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" });
  });

  test("describes itself and its workers while it runs, and takes that away when it stops", async () => {
    const stateDir = join(folder, "state");
    const stack = await start();
    await fetch(`${stack.description.apiUrl}/v1/health`);

    const described = await readStackFile(stateDir);
    const workers: { function: string; pid: number }[] = JSON.parse(
      await readFile(join(stateDir, "workers.json"), "utf8"),
    );
    await stack.stop();

    expect(described).toEqual(stack.description);
    expect(workers).toEqual([{ function: "echo", pid: expect.any(Number) }]);
    expect(() => process.kill(workers[0]?.pid ?? 0, 0)).toThrow("ESRCH");
    expect(await fileExists(join(stateDir, "stack.json"))).toBe(false);
    expect(await fileExists(join(stateDir, "workers.json"))).toBe(false);
  });

  test("finds tables, secrets and the inbox's address again after a restart on the same data", async () => {
    const dataDir = join(folder, "data");
    const item = { pk: { S: "a" }, sk: { S: "b" } };
    const first = await start({ dataDir });
    const { endpoints, outputs, inbox } = first.description;
    const before = new DynamoDBClient(localClientConfig(endpoints.dynamodb));
    await before.send(new PutItemCommand({ TableName: outputs.configTable, Item: item }));
    before.destroy();
    const secretsBefore = new SecretsManagerClient(localClientConfig(endpoints.secretsmanager));
    await secretsBefore.send(new CreateSecretCommand({ Name: "s", SecretString: "value" }));
    secretsBefore.destroy();
    await first.stop();

    const { description } = await start({ dataDir });

    const after = new DynamoDBClient(localClientConfig(description.endpoints.dynamodb));
    const { Item } = await after.send(new GetItemCommand({ TableName: description.outputs.configTable, Key: item }));
    after.destroy();
    const secretsAfter = new SecretsManagerClient(localClientConfig(description.endpoints.secretsmanager));
    const { SecretString } = await secretsAfter.send(new GetSecretValueCommand({ SecretId: "s" }));
    secretsAfter.destroy();
    expect(Item).toEqual(item);
    expect(SecretString).toBe("value");
    expect(description.inbox.smtpPort).toBe(inbox.smtpPort);
  });

  test.each([
    { what: "state", other: (): Partial<StackOptions> => ({ dataDir: join(folder, "other") }) },
    { what: "data", other: (): Partial<StackOptions> => ({ stateDir: join(folder, "other") }) },
  ])("refuses to start twice with the same $what folder, and leaves the first alone", async ({ what, other }) => {
    const first = await start({ dataDir: join(folder, "data") });

    const second = start({ dataDir: join(folder, "data"), ...other() });

    await expect(second).rejects.toThrow(`${join(folder, what)} is in use by the stack with pid ${process.pid}`);

    expect((await fetch(`${first.description.apiUrl}/v1/health`)).status).toBe(200);
  });

  test("cleans up after a start that is given up", async () => {
    const givingUp = new AbortController();
    const starting = start({ signal: givingUp.signal });
    await expect.poll(() => fileExists(join(folder, "state", "in-use.json")), { ...SOON, interval: 1 }).toBe(true);

    givingUp.abort();

    await expect(starting).rejects.toMatchObject({ name: "AbortError" });
    expect(await fileExists(join(folder, "state", "in-use.json"))).toBe(false);
    expect(await fileExists(join(folder, "state", "stack.json"))).toBe(false);
  });

  test("takes over the folder of a stack that was killed", async () => {
    const stateDir = join(folder, "state");
    await mkdir(stateDir);
    await writeFile(join(stateDir, "in-use.json"), JSON.stringify({ pid: 1, url: "http://127.0.0.1:1" }));

    const { description } = await start();

    expect(description.pid).toBe(process.pid);
  });

  test("passes on what the CDK app says about a setting", async () => {
    await expect(start({ settings: { bad: "yes" } })).rejects.toMatchObject({
      name: "SynthError",
      message: 'bad: must be absent, and not "yes"',
    });
  });

  test("gives out no tokens when another issuer is named in the settings", async () => {
    const { description } = await start({ settings: { "auth.issuer": "https://id.example", "auth.audience": "x" } });

    expect(description.tokens).toEqual({ systemAdmin: "", acmeAdmin: "" });
  });
});
