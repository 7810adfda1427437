import { describe, expect, test } from "vitest";
import { addressOf, NOW, scopeOf } from "../fakes/builders.ts";
import { startWorld } from "../fakes/world.ts";

const EDITOR = "[acme:editor]";

type Api = Awaited<ReturnType<typeof startWorld>>;

const putRule = (api: Api, different: object) =>
  api.call("putRule", {
    scope: "acme.eng",
    id: "tried",
    groups: EDITOR,
    body: { name: "Tried", events: ["StageFailed"], recipients: { emails: ["bob@acme.example"] }, ...different },
  });

const testRule = (api: Api) => api.call("testRule", { scope: "acme.eng", id: "tried", groups: EDITOR });

const testGroup = (api: Api) => api.call("testGroup", { scope: "acme.eng", id: "tried", groups: EDITOR });

describe("a sample to the audience of a rule", () => {
  test("goes to everybody it names, at once, as a mail that is marked as a test", async () => {
    const api = await startWorld();
    await putRule(api, { recipients: { emails: ["bob@acme.example"], groups: ["oncall"] } });

    const { status, body } = await testRule(api);

    const [job, ...more] = api.outbox.jobs();
    expect(status).toBe(202);
    expect(body).toEqual({
      eventId: "sample-id-1",
      recipients: [
        {
          address: "bob@acme.example",
          via: ["rule acme.eng/tried"],
          outcome: "queued",
          deliveryId: job?.deliveryId,
        },
        {
          address: "ada@acme.example",
          via: ["group acme.eng/oncall (rule acme.eng/tried)"],
          outcome: "queued",
          deliveryId: more[0]?.deliveryId,
        },
      ],
    });
    expect(job).toMatchObject({
      kind: "event",
      isTest: true,
      scope: "acme.eng",
      eventId: "sample-id-1",
      recipient: "bob@acme.example",
      ruleIds: ["acme.eng/tried"],
      tries: 0,
      event: { id: "sample-id-1", type: "StageFailed", pipeline: { name: "Sample pipeline" } },
    });
    expect(more).toHaveLength(1);
  });

  test("is another one each time", async () => {
    const api = await startWorld();
    await putRule(api, {});

    await testRule(api);
    await testRule(api);

    expect(new Set(api.outbox.jobs().map(({ deliveryId }) => deliveryId)).size).toBe(2);
  });

  test.each([
    { title: "disabled", different: { enabled: false } },
    { title: "muted", different: { mute: { until: "2027-01-01T00:00:00.000Z" } } },
    { title: "quiet", different: { quietHours: { from: "00:00", to: "23:59", timezone: "UTC" } } },
    { title: "a digest", different: { digest: { window: "PT1H", by: "rule" } } },
    { title: "only for severe events", different: { events: ["PipelineStart"], minSeverity: "error" } },
  ])("is sent at once also while the rule is $title", async ({ different }) => {
    const api = await startWorld();
    await putRule(api, different);

    const { status, body } = await testRule(api);

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([{ address: "bob@acme.example", outcome: "queued" }]);
    expect(api.outbox.jobs()).toHaveLength(1);
  });

  test.each([
    { events: ["*"], type: "PipelineFailed" },
    { events: ["Approval*", "PipelineFailed"], type: "ApprovalRequested" },
    { events: ["Deploy*"], type: "DeploySample" },
    { events: ["ReportReady"], type: "ReportReady" },
    { events: ["lower*"], type: "PipelineFailed" },
  ])("of $events is a $type", async ({ events, type }) => {
    const api = await startWorld();
    await putRule(api, { events });

    await testRule(api);

    expect(api.outbox.jobs()[0]?.event?.type).toBe(type);
  });

  test("of one stage is about that stage", async () => {
    const api = await startWorld();
    await putRule(api, { stages: ["deploy-eu"] });

    await testRule(api);

    expect(api.outbox.jobs()[0]?.event?.stage?.id).toBe("deploy-eu");
  });

  test("goes to no domain that the tenant does not allow, and says so", async () => {
    const api = await startWorld();
    await api.call("putScope", { scope: "acme", groups: "[acme:admin]", body: { recipientDomains: ["acme.example"] } });
    await putRule(api, { recipients: { emails: ["bob@acme.example", "eve@elsewhere.example"] } });

    const { body } = await testRule(api);

    expect(api.outbox.jobs().map(({ recipient }) => recipient)).toEqual(["bob@acme.example"]);
    expect(body.recipients[1]).toEqual({
      address: "eve@elsewhere.example",
      via: ["rule acme.eng/tried"],
      outcome: "domain-not-allowed",
    });
  });

  test("to nobody is refused, and says why", async () => {
    const api = await startWorld();
    await api.call("putScope", { scope: "acme", groups: "[acme:admin]", body: { recipientDomains: ["acme.example"] } });
    await putRule(api, { recipients: { emails: ["eve@elsewhere.example"], groups: ["gone"], triggeredBy: true } });

    const { status, body } = await testRule(api);

    expect(status).toBe(422);
    expect(body.errors.map(({ message }: { message: string }) => message)).toEqual([
      'Rule acme.eng/tried: group "gone" does not exist.',
      "Rule acme.eng/tried mails whoever started the run, but the event has no triggeredBy.email.",
      "eve@elsewhere.example: domain-not-allowed",
    ]);
    expect(api.outbox.calls).toEqual([]);
  });

  test("of a rule that does not exist is 404", async () => {
    const api = await startWorld();

    expect(await testRule(api)).toMatchObject({
      status: 404,
      body: { detail: 'Rule "tried" does not exist in scope "acme.eng".' },
    });
  });
});

describe("a sample to a group", () => {
  const putGroup = (api: Api, different: object) =>
    api.call("putGroup", {
      scope: "acme.eng",
      id: "tried",
      groups: EDITOR,
      body: { name: "Tried", members: [{ email: "bob@acme.example" }], ...different },
    });

  test("goes to everybody whom the group mails, whatever severity it asks for", async () => {
    const api = await startWorld();
    await putGroup(api, { aliases: ["list@acme.example"], notifyMembers: false, minSeverity: "error" });

    const { status, body } = await testGroup(api);

    expect(status).toBe(202);
    expect(body.recipients).toEqual([
      {
        address: "list@acme.example",
        via: ["group acme.eng/tried (test)"],
        outcome: "queued",
        deliveryId: api.outbox.jobs()[0]?.deliveryId,
      },
      { address: "bob@acme.example", via: ["group acme.eng/tried (test)"], outcome: "member-not-notified" },
    ]);
    expect(api.outbox.jobs()).toMatchObject([{ isTest: true, ruleIds: [], event: { type: "PipelineFailed" } }]);
  });

  test("of nobody is refused, and says so", async () => {
    const api = await startWorld();
    await putGroup(api, { members: [] });

    const { status, body } = await testGroup(api);

    expect(status).toBe(422);
    expect(body.errors).toEqual([{ path: "recipients", message: "It names nobody." }]);
  });

  test("goes to nobody on the suppression list", async () => {
    const api = await startWorld();
    await api.call("addSuppression", { scope: "acme", groups: EDITOR, body: { address: "ada@acme.example" } });

    const answered = await api.call("testGroup", { scope: "acme", id: "oncall", groups: EDITOR });

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ message: "ada@acme.example: suppressed" }] } });
    expect(api.outbox.jobs()).toEqual([]);
  });

  test("goes to nobody who has unsubscribed", async () => {
    const api = await startWorld();
    const address = addressOf("ada@acme.example");
    const unsubscribed = { address, cause: "unsubscribed", reason: null, deliveryId: null } as const;
    await api.config.suppressions.add(scopeOf("acme"), unsubscribed, { by: "recipient", at: NOW });

    const answered = await api.call("testGroup", { scope: "acme", id: "oncall", groups: EDITOR });

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ message: "ada@acme.example: unsubscribed" }] } });
  });
});
