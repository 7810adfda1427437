import { readFile } from "node:fs/promises";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localClientConfig } from "../../local/aws/client-config.ts";
import { addTenant, inboxSettings, put, ruleFor } from "./configure.ts";
import { eventually } from "./eventually.ts";
import { type RunningStack, startStack } from "./running-stack.ts";

let stack: RunningStack;

const ACME = { name: "Acme CI", address: "ci@acme.example" };
const SYSTEM = { name: "Operator", address: "operator@ops.example" };

beforeAll(async () => {
  stack = await startStack();
  await put(stack, "system/mail-settings", inboxSettings(stack, SYSTEM));
  await addTenant(stack, "acme", "everybody@acme.example");
  await put(stack, "acme/mail-settings", inboxSettings(stack, ACME));
  await put(stack, "acme.eng", { name: "Engineering" });
});

afterAll(() => stack?.stop());

/** The record of an event with this id, once its status is the given one. */
const recordOf = (scope: string, id: string, status: string) =>
  eventually(`the record of ${id} as ${status}`, async () => {
    const { body } = await stack.api("GET", `/scopes/${scope}/events?limit=100`);
    return body.items.find((record) => record.id === id && record.status === status);
  });

describe("an event published through the AWS SDK", () => {
  test("becomes a mail with sender, subject, both parts and the headers of its thread", async () => {
    const sample = JSON.parse(await readFile("docs/samples/pipeline-failed.json", "utf8"));
    await put(stack, "acme.eng/rules/failures", {
      ...ruleFor("ada@acme.example"),
      events: ["Pipeline*"],
      minSeverity: "error",
    });

    await stack.publish([{ source: "acme.ci", detail: { ...sample, id: "sample-1" } }]);

    const [mail] = await stack.arrivalOf(1, "ada@acme.example");
    expect(mail).toMatchObject({
      envelope: { from: "ci@acme.example", to: ["ada@acme.example"] },
      from: ACME,
      to: [{ address: "ada@acme.example" }],
      subject: expect.stringContaining("Build API"),
      text: expect.stringContaining(sample.message),
      html: expect.stringContaining("UPGRADE FAILED"),
      messageId: expect.stringMatching(/^<[0-9T]+-[0-9a-f]{32}@acme\.example>$/),
      headers: { "auto-submitted": "auto-generated" },
    });
    expect(mail?.headers.references).toMatch(/^<run-[0-9a-f]{32}@acme\.example>$/);
    expect(mail?.headers["in-reply-to"]).toBe(mail?.headers.references);
  });

  test("is recorded with its rules and its audience, and its mail with its attempt", async () => {
    await put(stack, "acme.eng/rules/recorded", { ...ruleFor("grace@acme.example"), events: ["Recorded"] });
    await put(stack, "acme.eng/rules/other", { ...ruleFor("nobody@acme.example"), events: ["Other"] });

    await stack.publish([{ source: "acme.ci", detail: { id: "recorded-1", scope: "acme.eng", type: "Recorded" } }]);
    const [mail] = await stack.arrivalOf(1, "grace@acme.example");

    const record = await recordOf("acme.eng", "recorded-1", "routed");
    expect(record.rules).toContainEqual(expect.objectContaining({ id: "recorded", scope: "acme.eng", matched: true }));
    expect(record.rules).toContainEqual(expect.objectContaining({ id: "other", matched: false }));
    const queued = record.recipients.filter(({ outcome }) => outcome === "queued").map(({ address }) => address);
    expect([...queued].sort()).toEqual(["everybody@acme.example", "grace@acme.example"]);
    expect(record.recipients).toContainEqual(
      expect.objectContaining({ address: "nobody@acme.example", outcome: "no-rule-matched" }),
    );
    const delivery = await eventually("the outcome of the delivery", async () => {
      const { body } = await stack.api("GET", "/scopes/acme.eng/deliveries?limit=100");
      return body.items.find((item) => item.recipient === "grace@acme.example" && item.state === "accepted");
    });
    expect(delivery).toMatchObject({ eventId: "recorded-1", messageId: mail?.messageId, possibleDuplicate: false });
    expect(delivery.attempts).toMatchObject([{ class: "accepted", code: 250, provider: "smtp" }]);
  });

  test("is counted in the logs of the functions that deal with it, as CloudWatch reads it", async () => {
    await put(stack, "acme.eng/rules/counted", { ...ruleFor("counted@acme.example"), events: ["Counted"] });

    await stack.publish([{ source: "acme.ci", detail: { scope: "acme.eng", type: "Counted" } }]);

    const counted = await eventually("what notify and deliver have counted", async () => {
      const lines = (await stack.logs()).split("\n").filter((line) => line.startsWith('{"_aws":'));
      const [routed, accepted] = ["EventsRouted", "MailsAccepted"].map((name) =>
        lines.find((line) => line.includes(name)),
      );
      return routed && accepted ? [routed, accepted] : undefined;
    });
    const tidings = { CloudWatchMetrics: [expect.objectContaining({ Namespace: "Tidings" })] };
    expect(counted.map((line) => JSON.parse(line))).toMatchObject([
      { _aws: tidings, service: "notify", EventsRouted: expect.any(Number) },
      { _aws: tidings, service: "deliver", provider: "smtp", MailsAccepted: expect.any(Number) },
    ]);
  });

  test("shares its thread with the other events of its run, and with those of no other run", async () => {
    await put(stack, "acme.eng/rules/runs", { ...ruleFor("runs@acme.example"), events: ["Run*"] });
    const detail = { scope: "acme.eng", pipeline: { id: "p", name: "P" } };

    await stack.publish([
      { source: "acme", detail: { ...detail, type: "RunA", run: { id: "1" } } },
      { source: "acme", detail: { ...detail, type: "RunB", run: { id: "1" } } },
      { source: "acme", detail: { ...detail, type: "RunC", run: { id: "2" } } },
    ]);

    const mails = await stack.arrivalOf(3, "runs@acme.example");
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(3);
    expect(new Set(mails.map(({ headers }) => headers.references)).size).toBe(2);
  });

  test("is mailed once however often it is published, and another body under its id is a conflict", async () => {
    await put(stack, "acme.eng/rules/twice", { ...ruleFor("twice@acme.example"), events: ["Twice"] });
    const event = { source: "acme.ci", detail: { id: "twice-1", scope: "acme.eng", type: "Twice", message: "first" } };
    await stack.publish([event]);
    await stack.arrivalOf(1, "twice@acme.example");

    await stack.publish([event, { ...event, detail: { ...event.detail, message: "other" } }]);

    await recordOf("acme.eng", "twice-1", "duplicate");
    await recordOf("acme.eng", "twice-1", "conflict");
    const { body } = await stack.api("GET", "/scopes/acme.eng/deliveries?limit=100");
    const deliveries = body.items.filter(({ recipient }) => recipient === "twice@acme.example");
    expect(deliveries).toHaveLength(1);
    const mails = await stack.mailsTo("twice@acme.example");
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain("first");
  });
});

describe("an event that must not become a mail", () => {
  test("is recorded with its reason, and does not stop those published with it", async () => {
    await put(stack, "acme/rules/batch", { ...ruleFor("batch@acme.example"), events: ["Batch*"] });
    const good = { scope: "acme", type: "BatchGood" };

    await stack.publish([
      { source: "acme.ci", detail: { ...good, id: "good-1" } },
      { source: "acme.ci", detail: { ...good, id: "bad-scope", scope: "acme.nowhere" } },
      { source: "acme.ci", detail: { ...good, id: "bad-tenant", scope: "globex" } },
      { source: "acme.ci", detail: { ...good, id: "bad-type", type: "not a type" } },
      { source: "acme.ci", detail: { ...good, id: "bad-field", run: "512" } },
      { source: "acme.ci", detail: { id: "bad-empty" } },
      { source: "acme.ci", detail: { ...good, id: "good-2" } },
    ]);

    await stack.arrivalOf(2, "batch@acme.example");
    const reasons: [id: string, reason: RegExp][] = [
      ["bad-scope", /"acme\.nowhere" does not exist/],
      ["bad-tenant", /"globex" does not belong to "acme"/],
      ["bad-type", /detail\.type must be a name such as "PipelineFailed"/],
      ["bad-field", /detail\.run /],
      ["bad-empty", /detail\.scope .*detail\.type /],
    ];
    for (const [id, reason] of reasons) {
      expect((await recordOf("acme", id, "refused")).reason).toMatch(reason);
    }
    expect(await stack.mailsTo("batch@acme.example")).toHaveLength(2);
  });

  test("reaches the dead-letter queue when there is no tenant to tell", async () => {
    const sqs = new SQSClient(localClientConfig(stack.description.endpoints.sqs));

    await stack.publish([{ source: "nobody.ci", detail: { id: "lost-1", scope: "nobody", type: "PipelineFailed" } }]);

    const letter = await eventually("the dead letter", async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: stack.description.outputs.eventsDlqUrl,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ["All"],
        }),
      );
      return Messages.find(({ Body = "" }) => Body.includes("lost-1"));
    });
    expect(JSON.stringify(letter.MessageAttributes)).toContain("names no tenant");
    sqs.destroy();
  });
});

describe("mail settings", () => {
  test("of the nearest scope upwards apply, and a DELETE goes back to the ancestor's", async () => {
    await put(stack, "acme.deep", { name: "Deep" });
    await put(stack, "acme.deep/rules/inherit", { ...ruleFor("heir@acme.example"), events: ["Inherit"] });
    const senderAfterPublishing = async (count: number) => {
      await stack.publish([{ source: "acme", detail: { scope: "acme.deep", type: "Inherit" } }]);
      const [newest] = await stack.arrivalOf(count, "heir@acme.example");
      return newest?.from;
    };

    const fromTenant = await senderAfterPublishing(1);
    await put(stack, "acme.deep/mail-settings", inboxSettings(stack, { name: "Deep", address: "deep@acme.example" }));
    const fromOwn = await senderAfterPublishing(2);
    const firstReset = await stack.api("DELETE", "/scopes/acme.deep/mail-settings");
    const fromTenantAgain = await senderAfterPublishing(3);

    expect(firstReset.status).toBeLessThan(300);
    expect([fromTenant, fromOwn, fromTenantAgain]).toEqual([
      ACME,
      { name: "Deep", address: "deep@acme.example" },
      ACME,
    ]);
  });

  test("of the system apply to a tenant that has none", async () => {
    await addTenant(stack, "globex", "hank@globex.example");

    await stack.publish([{ source: "globex", detail: { scope: "globex", type: "PipelineSuccess" } }]);

    const [mail] = await stack.arrivalOf(1, "hank@globex.example");
    expect(mail?.from).toEqual(SYSTEM);
    const { body } = await stack.api("GET", "/scopes/globex/mail-settings?effective=true");
    expect(body).toMatchObject({ scope: "system", from: SYSTEM });
  });
});
