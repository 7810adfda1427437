import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localClientConfig } from "../../local/aws/client-config.ts";
import { makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import { type Relay, startRelay } from "../fakes/relay.ts";
import { type SendGridServer, startSendGrid } from "../fakes/sendgrid-server.ts";
import { addTenant, put } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

/** Events each tenant publishes, in turns with the other. */
const TURNS = 200;

const PASSWORD = "canary-password-2c7e91";
const WRONG_PASSWORD = "canary-wrong-password-55d0aa";
const API_KEY = "SG.canary-api-key-83fb40";
const BAD_API_KEY = "SG.canary-bad-key-19ce6d";
const MISPLACED = "canary-misplaced-secret-7740be";
const CANARIES = [PASSWORD, WRONG_PASSWORD, API_KEY, BAD_API_KEY, MISPLACED];

let relay: Relay;
let sendGrid: SendGridServer;
let stack: RunningStack;

const SENDGRID = { kind: "sendgrid", region: "eu" };

beforeAll(async () => {
  const authority = await makeAuthority();
  const certificate = await makeCertificate({ hosts: ["127.0.0.1"], authority });
  relay = await startRelay({
    security: "starttls",
    certificate,
    login: { username: "smtp-mailer", password: PASSWORD },
  });
  sendGrid = await startSendGrid();
  sendGrid.answerWith(({ apiKey }, response) => {
    if (apiKey === API_KEY) response.writeHead(202, { "x-message-id": "taken" }).end();
    // As unfriendly as a server can be: it repeats the key.
    else response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ errors: [apiKey] }));
  });
  stack = await startStack([
    "--set",
    `egress.allowedTargets=127.0.0.1:${relay.port}`,
    "--set",
    `sendgrid.baseUrl=${sendGrid.url}`,
  ]);
  const smtp = {
    kind: "smtp",
    host: "127.0.0.1",
    port: relay.port,
    security: "starttls",
    caPem: authority.cert,
    auth: { type: "password", username: "smtp-mailer" },
  };
  await addTenant(stack, "red", "reader@red.example");
  await put(stack, "red/mail-settings", { from: { address: "ci@red.example" }, provider: smtp });
  await put(stack, "red/mail-settings/credentials", { password: PASSWORD });
  await addTenant(stack, "blue", "reader@blue.example");
  await put(stack, "blue/mail-settings", { from: { address: "ci@blue.example" }, provider: SENDGRID });
  await put(stack, "blue/mail-settings/credentials", { apiKey: API_KEY });

  for (const [scope, provider, secret] of [
    ["red.broken", smtp, { password: WRONG_PASSWORD }],
    ["blue.broken", SENDGRID, { apiKey: BAD_API_KEY }],
  ] as const) {
    await put(stack, scope, { name: "Broken" });
    await put(stack, `${scope}/mail-settings`, { from: { address: "ci@broken.example" }, provider });
    await put(stack, `${scope}/mail-settings/credentials`, secret);
  }
});

afterAll(async () => {
  await stack?.stop();
  await Promise.all([relay?.stop(), sendGrid?.stop()]);
});

const runOf = (text: string): string => /Run (\d+) of/.exec(text)?.[1] ?? "none";

/** A delivery of a scope whose first try has ended. */
const triedDelivery = (scope: string) =>
  eventually(`a try in ${scope}`, async () => {
    const { body } = await stack.api("GET", `/scopes/${scope}/deliveries`);
    return body.items.find(({ attempts }) => attempts.length > 0);
  });

describe("two tenants with different providers", () => {
  test("each send their own events their own way, however their events mix", async () => {
    const turns = Array.from({ length: TURNS }, (_, turn) => turn);

    await stack.publish(
      turns.flatMap((turn) =>
        ["red", "blue"].map((tenant) => ({
          source: `${tenant}.ci`,
          detail: { id: `run-${turn}`, scope: tenant, type: "PipelineFailed", message: `Run ${turn} of ${tenant}.` },
        })),
      ),
    );

    const { relayed, called } = await eventually("the end of all sends", async () => {
      const relayed = relay.mails.filter(({ raw }) => runOf(raw.toString("latin1")) !== "none");
      const called = sendGrid.calls.filter(({ mail }) => runOf(JSON.stringify(mail.content)) !== "none");
      return relayed.length >= TURNS && called.length >= TURNS ? { relayed, called } : undefined;
    });
    const all = new Set(turns.map(String));
    expect(relayed).toHaveLength(TURNS);
    expect(new Set(relayed.map(({ raw }) => runOf(raw.toString("latin1"))))).toEqual(all);
    for (const mail of relayed) {
      expect(mail).toMatchObject({
        from: "ci@red.example",
        to: ["reader@red.example"],
        secure: true,
        login: `smtp-mailer:${PASSWORD}`,
      });
      expect(mail.raw.toString("latin1")).not.toContain("blue");
    }
    expect(called).toHaveLength(TURNS);
    expect(new Set(called.map(({ mail }) => runOf(JSON.stringify(mail.content))))).toEqual(all);
    for (const { method, path, apiKey, mail } of called) {
      expect([method, path, apiKey, mail.from.email]).toEqual(["POST", "/v3/mail/send", API_KEY, "ci@blue.example"]);
      expect(mail.personalizations[0]?.to).toEqual([{ email: "reader@blue.example" }]);
      expect(JSON.stringify(mail)).not.toContain("red");
    }
  });
});

describe("a planted secret", () => {
  test("shows up in no answer, log, table or queue, whether it works, fails or is misplaced", async () => {
    await stack.publish([
      { source: "red", detail: { scope: "red", type: "PipelineFailed" } },
      { source: "blue", detail: { scope: "blue", type: "PipelineFailed" } },
      { source: "red", detail: { scope: "red.broken", type: "PipelineFailed" } },
      { source: "blue", detail: { scope: "blue.broken", type: "PipelineFailed" } },
    ]);
    const refused = await Promise.all([
      stack.api("PUT", "/scopes/red/mail-settings/credentials", { passwort: MISPLACED }),
      stack.api("PUT", "/scopes/red/mail-settings/credentials", { password: [MISPLACED] }),
      stack.api("PUT", "/scopes/red/mail-settings", {
        from: { address: "ci@red.example" },
        provider: { kind: "smtp", host: "127.0.0.1", auth: { type: "password", username: "u", password: MISPLACED } },
      }),
    ]);

    await Promise.all([triedDelivery("red"), triedDelivery("blue")]);
    const tried = [await triedDelivery("red.broken"), await triedDelivery("blue.broken")];

    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422]);
    expect(tried.map(({ attempts }) => attempts[0])).toMatchObject([
      { class: "config", phase: "auth", code: 535 },
      { class: "config", code: 401, text: expect.stringContaining("***") },
    ]);
    for (const path of ["red", "blue", "red.broken", "blue.broken"]) {
      for (const part of ["mail-settings", "mail-settings?effective=true", "deliveries", "events"]) {
        await stack.api("GET", `/scopes/${path}/${part}`);
      }
    }
    const places = {
      answers: stack.answers.join("\n"),
      logs: await stack.logs(),
      tables: await everyItem(),
      queues: await everyMessage(),
    };
    for (const [place, text] of Object.entries(places)) {
      const found = CANARIES.filter((canary) =>
        [canary, Buffer.from(canary).toString("base64")].some((form) => text.includes(form)),
      );
      expect({ place, found }).toEqual({ place, found: [] });
    }
    expect(places.logs).toContain("mail.accepted");
    expect(places.tables).toContain("reader@red.example");
  });
});

/** Both tables, whole. */
const everyItem = async (): Promise<string> => {
  const { endpoints, outputs } = stack.description;
  const client = new DynamoDBClient(localClientConfig(endpoints.dynamodb));
  const texts: string[] = [];
  for (const TableName of [outputs.configTable, outputs.deliveriesTable]) {
    for await (const page of paginateScan({ client }, { TableName })) texts.push(JSON.stringify(page.Items));
  }
  client.destroy();
  return texts.join("\n");
};

/** What lies in the queues now. */
const everyMessage = async (): Promise<string> => {
  const { endpoints, outputs } = stack.description;
  const client = new SQSClient(localClientConfig(endpoints.sqs));
  const urls = [outputs.eventsQueueUrl, outputs.eventsDlqUrl, outputs.outboxQueueUrl, outputs.outboxDlqUrl];
  const answers = await Promise.all(
    urls.map((QueueUrl) => client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))),
  );
  client.destroy();
  return JSON.stringify(answers.map(({ Messages = [] }) => Messages));
};
