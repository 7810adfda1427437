import { describe, expect, test } from "vitest";
import { addressOf, anEvent, NOW, scopeOf, tenantNamed } from "../fakes/builders.ts";
import { createMemoryOutcomeStore } from "../fakes/memory-outcome-store.ts";
import { startWorld } from "../fakes/world.ts";

const VIEWER = "[acme:viewer]";

/** A world in which `acme.eng` has these rules besides that of the world, to Ada on failures. */
const startWith = async (rules: Readonly<Record<string, object>>, contents: Parameters<typeof startWorld>[0] = {}) => {
  const api = await startWorld(contents);
  for (const [id, body] of Object.entries(rules)) {
    await api.call("putRule", { scope: "acme.eng", id, groups: "[acme:editor]", body: { name: id, ...body } });
  }
  return api;
};

const explain = (api: Awaited<ReturnType<typeof startWorld>>, body: object, scope = "acme.eng", groups = VIEWER) =>
  api.call("explain", { scope, groups, body });

const FAILURE = { type: "PipelineFailed", pipeline: { id: "build-api", name: "Build API" } };

describe("explaining an event", () => {
  test("tells who would be mailed and how they come in, and why the others would not", async () => {
    const api = await startWith({
      successes: { events: ["PipelineSuccess"], recipients: { emails: ["bob@acme.example"] } },
    });

    const { status, body } = await explain(api, { event: FAILURE });

    expect(status).toBe(200);
    expect(body).toMatchObject({ id: "id-1", scope: "acme.eng", type: "PipelineFailed", status: "routed" });
    expect(body.reason).toBe("2 of 3 rules matched; 1 recipient.");
    expect(body.rules).toEqual([
      { id: "oncall", scope: "acme.eng", matched: true, reason: expect.any(String) },
      { id: "oncall", scope: "acme", matched: true, reason: expect.any(String) },
      {
        id: "successes",
        scope: "acme.eng",
        matched: false,
        reason: "PipelineFailed is not among its events (PipelineSuccess).",
      },
    ]);
    expect(body.recipients).toEqual([
      {
        address: "ada@acme.example",
        via: ["group acme.eng/oncall (rule acme.eng/oncall)", "group acme/oncall (rule acme/oncall)"],
        outcome: "queued",
      },
      { address: "bob@acme.example", via: ["rule acme.eng/successes"], outcome: "no-rule-matched" },
    ]);
  });

  test("tells who is on the suppression list", async () => {
    const api = await startWorld();
    await api.call("addSuppression", { scope: "acme", groups: "[acme:editor]", body: { address: "Ada@acme.example" } });

    const { body } = await explain(api, { event: FAILURE }, "acme");

    expect(body.recipients).toEqual([
      { address: "ada@acme.example", via: ["group acme/oncall (rule acme/oncall)"], outcome: "suppressed" },
    ]);
    expect(body.reason).toBe("1 of 1 rules matched; 0 recipients. 1 more is left out, being on the suppression list.");
  });

  test("tells who has unsubscribed", async () => {
    const api = await startWorld();
    await api.config.suppressions.add(
      scopeOf("acme"),
      { address: addressOf("ada@acme.example"), cause: "unsubscribed", reason: null, deliveryId: null },
      { by: "recipient", at: NOW },
    );

    const { body } = await explain(api, { event: FAILURE }, "acme");

    expect(body.recipients).toEqual([
      { address: "ada@acme.example", via: ["group acme/oncall (rule acme/oncall)"], outcome: "unsubscribed" },
    ]);
    expect(body.reason).toBe(
      "1 of 1 rules matched; 0 recipients. 1 more is left out, having unsubscribed from the mails of rules.",
    );
  });

  test("writes nothing and sends nothing", async () => {
    const outcomes = createMemoryOutcomeStore();
    const api = await startWith(
      { changes: { events: ["*"], when: "changed", recipients: { emails: ["bob@acme.example"] } } },
      { outcomes },
    );

    await explain(api, { event: FAILURE });

    expect(outcomes.writes()).toBe(0);
    expect(api.outbox.calls).toEqual([]);
    expect(api.tenantBus.published).toEqual([]);
  });

  test("shows the mail as it would be made, and by which settings it would go", async () => {
    const api = await startWith({});
    const template = { subject: "Own {{ pipeline.name }}", html: "<p>{{ headline }}</p>" };
    await api.call("putTemplate", { scope: "acme", id: "pipeline-failed", groups: "[acme:editor]", body: template });

    const { body } = await explain(api, { event: FAILURE });

    expect(body.preview).toMatchObject({ subject: "Own Build API", template: "acme/pipeline-failed", note: null });
    expect(body.preview.html).toContain("<p>");
    expect(body.preview.text).not.toBe("");
    expect(body.settings).toMatchObject({ inheritedFrom: null, provider: { host: "smtp.acme.example" } });
    expect(JSON.stringify(body.settings)).not.toContain("p4ssword");
  });

  test("shows the built-in mail where there is no template, and no mail when nobody would get one", async () => {
    const api = await startWith({});

    const mailed = await explain(api, { event: FAILURE });
    const nobody = await explain(api, { event: { type: "PipelineStart" } });

    expect(mailed.body.preview).toMatchObject({ subject: "Failed: Build API", template: null });
    expect(nobody.body.preview).toBeNull();
    expect(nobody.body.recipients).toEqual([
      { address: "ada@acme.example", via: expect.any(Array), outcome: "no-rule-matched" },
    ]);
  });

  test("shows a stand-in for the link to unsubscribe, in the built-in mail as in a template", async () => {
    const api = await startWith({});
    const template = { subject: "Own", html: '<a href="{{ unsubscribeUrl }}">Leave</a>' };

    const builtIn = await explain(api, { event: FAILURE });
    await api.call("putTemplate", { scope: "acme", id: "pipeline-failed", groups: "[acme:editor]", body: template });
    const own = await explain(api, { event: FAILURE });

    for (const { body } of [builtIn, own]) {
      expect(body.preview.html).toContain('href="https://tidings.example/v1/unsubscribe/sample"');
    }
    expect(own.body.preview.subject).toBe("Own");
  });

  test("asks how the pipeline ended before, for rules that look at it", async () => {
    const outcomes = createMemoryOutcomeStore();
    const earlier = anEvent({ id: "earlier", scope: scopeOf("acme.eng"), time: "2026-11-20T11:00:00.000Z" });
    await outcomes.note(tenantNamed("acme"), earlier, "2026-11-20T11:00:00.000Z");
    const api = await startWith(
      { changes: { events: ["Pipeline*"], when: "changed", recipients: { emails: ["bob@acme.example"] } } },
      { outcomes },
    );

    const failedAgain = await explain(api, { event: FAILURE });
    const recovered = await explain(api, { event: { ...FAILURE, type: "PipelineSuccess" } });

    const verdictOf = ({ body }: typeof recovered) =>
      body.rules.find(({ id }: { id: string }) => id === "changes").matched;
    expect([verdictOf(failedAgain), verdictOf(recovered)]).toEqual([false, true]);
  });

  test("foresees what quiet hours and digests hold", async () => {
    const api = await startWith({
      night: {
        events: ["Custom"],
        recipients: { emails: ["night@acme.example"] },
        quietHours: { from: "11:00", to: "13:00", timezone: "UTC" },
      },
      digest: {
        events: ["Custom"],
        recipients: { emails: ["digest@acme.example"] },
        digest: { window: "PT1H", by: "rule" },
      },
    });

    const { body } = await explain(api, { event: { type: "Custom" } });

    expect(body.recipients.slice(0, 2)).toEqual([
      {
        address: "digest@acme.example",
        via: ["rule acme.eng/digest"],
        outcome: "in-digest",
        dueAt: "2026-11-20T13:00:00.000Z",
      },
      {
        address: "night@acme.example",
        via: ["rule acme.eng/night"],
        outcome: "held-for-quiet-hours",
        dueAt: "2026-11-20T13:00:00.000Z",
      },
    ]);
  });

  test("tells of all rules, however many there are", async () => {
    const rules = Array.from({ length: 300 }, (_, index) => [
      `r${index}`,
      { events: ["Other"], recipients: { emails: [`r${index}@acme.example`] } },
    ]);
    const api = await startWith(Object.fromEntries(rules));

    const { body } = await explain(api, { event: FAILURE });

    expect(body.rules).toHaveLength(302);
    expect(body.recipients).toHaveLength(301);
  });
});

describe("explaining a past event", () => {
  const received = [anEvent({ id: "past", scope: scopeOf("acme.eng") })];

  test("says what it would lead to now", async () => {
    const api = await startWith({}, { received });

    const { status, body } = await explain(api, { eventId: "past" });

    expect(status).toBe(200);
    expect(body).toMatchObject({ id: "past", scope: "acme.eng", receivedAt: "2026-11-20T12:00:00.000Z" });
  });

  test.each([
    { title: "of another tenant", scope: "globex", groups: "[globex:viewer]" },
    { title: "outside the path's scope", scope: "acme.ops", groups: VIEWER },
  ])("$title is 404", async ({ scope, groups }) => {
    const api = await startWith({}, { received });
    await api.call("putScope", { scope: "acme.ops", groups: "[acme:admin]", body: {} });

    expect(await explain(api, { eventId: "past" }, scope, groups)).toMatchObject({
      status: 404,
      body: { detail: "A pipeline event with this id does not exist." },
    });
  });
});

describe("explaining refuses", () => {
  test.each([
    { title: "an empty body", body: {}, path: "" },
    { title: "both an event and an id", body: { event: FAILURE, eventId: "x" }, path: "" },
    { title: "an event without a type", body: { event: {} }, path: "event.type" },
    { title: "an event of another severity", body: { event: { type: "X1", severity: "bad" } }, path: "event.severity" },
    { title: "another tenant's scope", body: { event: { ...FAILURE, scope: "globex" } }, path: "event.scope" },
    { title: "the scope above", body: { event: { ...FAILURE, scope: "acme" } }, path: "event.scope" },
    { title: "a scope that does not exist", body: { event: { ...FAILURE, scope: "acme.eng.x" } }, path: "event.scope" },
    { title: "an id that cannot be one", body: { eventId: "a b" }, path: "eventId" },
  ])("$title", async ({ body, path }) => {
    const api = await startWith({});

    const answered = await explain(api, body);

    expect(answered.status).toBe(422);
    expect(answered.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
  });
});

describe("what an explanation tells about mail settings", () => {
  test("is nothing, with the reason, where none are in force", async () => {
    const api = await startWorld();
    await api.call("deleteMailSettings", { scope: "acme.eng", groups: "[acme:admin]" });
    await api.call("deleteMailSettings", { scope: "acme", groups: "[acme:admin]" });

    const { status, body } = await explain(api, { event: FAILURE });

    expect(status).toBe(200);
    expect(body.settings).toBeNull();
    expect(body.reason).toContain('No mail settings are in force at "acme.eng"');
  });

  test("leaves out who looks after the installation's, and how they fare", async () => {
    const api = await startWorld();
    const body = { from: { address: "ops@ops.example" }, provider: { kind: "sendgrid" } };
    await api.call("putMailSettings", { scope: "system", groups: "[system:admin]", body });
    for (const scope of ["acme", "acme.eng"]) await api.call("deleteMailSettings", { scope, groups: "[acme:admin]" });

    const seen = await explain(api, { event: FAILURE });
    const seenByOperator = await explain(api, { event: FAILURE }, "acme.eng", "[system:viewer]");

    expect(seen.body.settings).toMatchObject({ inheritedFrom: "system" });
    expect(seen.body.settings).not.toHaveProperty("updatedBy");
    expect(seenByOperator.body.settings).toHaveProperty("updatedBy");
  });
});
