import { describe, expect, test } from "vitest";
import { GOOD_BODIES } from "../fakes/bodies.ts";
import { startWorld } from "../fakes/world.ts";

const ADMIN = "[acme:admin]";

const NOUNS = [
  { noun: "Scope", path: { scope: "acme.eng" } },
  { noun: "MailSettings", path: { scope: "acme.eng" } },
  { noun: "Group", path: { scope: "acme.eng", id: "oncall" } },
  { noun: "Rule", path: { scope: "acme.eng", id: "oncall" } },
] as const;

describe.each(NOUNS)("versions of a $noun", ({ noun, path }) => {
  const body = GOOD_BODIES[`put${noun}`];

  test("answers the version as the ETag of reading and of writing", async () => {
    const api = await startWorld();

    const written = await api.call(`put${noun}`, { ...path, groups: ADMIN, body });
    const read = await api.call(`get${noun}`, { ...path, groups: ADMIN });

    expect(written).toMatchObject({ status: 200, headers: { etag: '"2"', "cache-control": "no-store" } });
    expect(read).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: written.body });
  });

  test.each([
    { ifMatch: '"1"', status: 200 },
    { ifMatch: '"7", "1"', status: 200 },
    { ifMatch: "*", status: 200 },
    { ifMatch: '"2"', status: 412 },
    { ifMatch: 'W/"1"', status: 412 },
    { ifMatch: "1", status: 412 },
    { ifMatch: "", status: 412 },
    { ifMatch: '"-1"', status: 412 },
    { ifMatch: '"99999999999999999999"', status: 412 },
  ])("answers $status to If-Match $ifMatch at version 1", async ({ ifMatch, status }) => {
    const api = await startWorld();

    const answered = await api.call(`put${noun}`, { ...path, groups: ADMIN, body, headers: { "if-match": ifMatch } });

    expect(answered.status).toBe(status);
    if (status === 412) expect(answered.body.code).toBe("precondition-failed");
  });
});

describe.each(NOUNS.filter(({ noun }) => noun !== "Scope"))("deleting a $noun", ({ noun, path }) => {
  test("deletes only the version it is asked to", async () => {
    const api = await startWorld();

    const kept = await api.call(`delete${noun}`, { ...path, groups: ADMIN, headers: { "if-match": '"9"' } });
    const gone = await api.call(`delete${noun}`, { ...path, groups: ADMIN, headers: { "if-match": '"1"' } });
    const again = await api.call(`delete${noun}`, { ...path, groups: ADMIN });
    const read = await api.call(`get${noun}`, { ...path, groups: ADMIN });

    expect([kept, gone, again, read].map(({ status }) => status)).toEqual([412, 204, 204, 404]);
    expect(gone.text).toBe("");
  });
});

describe("documents", () => {
  test.each([
    "getGroup",
    "putGroup",
    "deleteGroup",
    "listGroups",
    "putMailSettings",
    "putCredentials",
    "listEvents",
  ] as const)("%s of a scope that does not exist is 404", async (operation) => {
    const api = await startWorld();

    const request = { scope: "acme.none", id: "x", groups: ADMIN, body: GOOD_BODIES[operation] };
    const answered = await api.call(operation, request);

    expect(answered).toMatchObject({ status: 404, body: { detail: 'Scope "acme.none" does not exist.' } });
  });

  test("creates with 201 and version 1", async () => {
    const api = await startWorld();

    const answered = await api.call("putRule", { scope: "acme", id: "new", groups: ADMIN, body: GOOD_BODIES.putRule });

    expect(answered).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      body: { id: "new", scope: "acme", version: 1 },
    });
  });

  test.each(["Oncall", "a b", "", "-x", "x".repeat(64), "a#b", "a.b", "ä"])("refuses the id %j by name", async (id) => {
    const api = await startWorld();

    const answered = await api.call("putGroup", { scope: "acme", id, groups: ADMIN, body: GOOD_BODIES.putGroup });

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path: "id" }] } });
  });

  test.each([
    { group: "globex:oncall", status: 422 },
    { group: "acme.ops:oncall", status: 422 },
    { group: "acme.eng:oncall", status: 200 },
    { group: "acme:oncall", status: 200 },
    { group: "system:oncall", status: 200 },
    { group: "not-there-yet", status: 200 },
  ])("answers $status to a rule of acme.eng for the group $group", async ({ group, status }) => {
    const api = await startWorld();
    const body = { ...GOOD_BODIES.putRule, recipients: { groups: ["oncall", group] } };

    const answered = await api.call("putRule", { scope: "acme.eng", id: "oncall", groups: ADMIN, body });

    expect(answered.status).toBe(status);
    if (status === 422) {
      const message = "must name a group of acme.eng, acme, system";
      expect(answered.body.errors).toEqual([{ path: "recipients.groups[1]", message }]);
    }
  });

  test("shows events and deliveries as the contract has them", async () => {
    const api = await startWorld();

    const events = await api.call("listEvents", { scope: "acme", groups: ADMIN });
    const deliveries = await api.call("listDeliveries", { scope: "acme", groups: ADMIN });

    expect(events.body.items.map(({ scope }: { scope: string }) => scope)).toEqual(["acme", "acme.eng"]);
    expect(Object.keys(events.body.items[0].recipients[0])).toEqual(["address", "via", "outcome", "deliveryId"]);
    expect(Object.keys(deliveries.body.items[0]).toSorted()).toEqual(
      [
        ...["id", "scope", "eventId", "recipient", "state", "possibleDuplicate", "provider", "messageId", "ruleIds"],
        ...["subject", "attempts", "dueAt", "createdAt", "updatedAt", "note", "pipelineId", "feedback"],
      ].toSorted(),
    );
    expect(Object.keys(deliveries.body.items[0].attempts[0])).toEqual([
      "at",
      "ms",
      "phase",
      "class",
      "reason",
      "code",
      "enhancedCode",
      "text",
      "provider",
    ]);
  });
});

describe.each([
  ...NOUNS,
  { noun: "Template", path: { scope: "acme.eng", id: "failed" } },
  { noun: "Brand", path: { scope: "acme.eng" } },
  { noun: "AwsSource", path: { scope: "acme.eng", id: "deploys" } },
  { noun: "PipelineNotifications", path: { scope: "acme.eng", id: "build-api" } },
] as const)("a $noun as it was read", ({ noun, path }) => {
  test("can be put again, and stays as it is", async () => {
    const api = await startWorld();
    await api.call(`put${noun}`, { ...path, groups: ADMIN, body: GOOD_BODIES[`put${noun}`] });
    const read = await api.call(`get${noun}`, { ...path, groups: ADMIN });

    const written = await api.call(`put${noun}`, { ...path, groups: ADMIN, body: read.body });

    const { version, updatedAt: _, updatedBy: __, ...content } = read.body;
    expect(written).toMatchObject({ status: 200, body: content });
    expect(written.body.version).toBe(Number(version) + 1);
  });
});
