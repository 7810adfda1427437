import { describe, expect, test } from "vitest";
import { startWorld } from "../fakes/world.ts";

const BODY = { to: ["ada@acme.example"], subject: "Lunch", text: "At noon." };

const send = async (body: object, scope = "acme.eng", groups = "[acme:publisher]") => {
  const api = await startWorld();
  return { api, answered: await api.call("sendMessage", { scope, groups, body }) };
};

describe("asking for a message through the API", () => {
  test("puts it on the bus under the tenant's own source, with an id to look it up by", async () => {
    const { api, answered } = await send(BODY);

    expect(answered).toMatchObject({ status: 202, body: { id: "id-1" } });
    expect(api.tenantBus.published).toEqual([
      { tenant: "acme", detailType: "Email Requested", detail: { ...BODY, id: "id-1", scope: "acme.eng" } },
    ]);
  });

  test("keeps the publisher's id, and a scope below that of the path", async () => {
    const { api, answered } = await send({ ...BODY, id: "mine", scope: "acme.eng" }, "acme");

    expect(answered.body).toEqual({ id: "mine" });
    expect(api.tenantBus.published[0]?.detail).toMatchObject({ id: "mine", scope: "acme.eng" });
  });

  test("takes null for absent", async () => {
    const { answered } = await send({ ...BODY, id: null, scope: null, cc: null });

    expect(answered).toMatchObject({ status: 202, body: { id: "id-1" } });
  });

  test.each([
    { body: {}, paths: ["to"] },
    { body: { ...BODY, bcc: [] }, paths: ["bcc"] },
    { body: { ...BODY, to: ["ada@acme.example", "nobody"] }, paths: ["to[1]"] },
    { body: { to: BODY.to, template: "invitation", data: { team: "A" } }, paths: ["data.inviter", "data.url"] },
    {
      body: { ...BODY, attachments: [{ filename: "a.exe", contentType: "x/y", content: "" }] },
      paths: ["attachments[0].filename", "attachments[0].contentType", "attachments[0].content"],
    },
    { body: { to: BODY.to, template: "welcom", data: {} }, paths: ["template"] },
    { body: { ...BODY, scope: "globex" }, paths: ["scope"] },
    { body: { ...BODY, scope: "acme.eng.none" }, paths: ["scope"] },
  ])("refuses what the intake would, naming the fields: $paths", async ({ body, paths }) => {
    const { api, answered } = await send(body);

    expect(answered.status).toBe(422);
    expect(answered.body.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
    expect(api.tenantBus.published).toEqual([]);
  });

  test("takes a template of the scope or above it, and says of another one what would be right", async () => {
    const { api, answered } = await send({ to: BODY.to, template: "oncall", data: {} });
    const wrong = await send({ to: BODY.to, template: "welcom", data: {} });

    expect([answered.status, api.tenantBus.published.length]).toEqual([202, 1]);
    expect(wrong.answered.body.errors[0].message).toBe(
      'must name a built-in message, or a template of acme.eng or a scope above it: there is no "welcom"',
    );
  });

  test("needs the role of a publisher at the scope", async () => {
    expect((await send(BODY, "acme.eng", "[acme:viewer]")).answered.status).toBe(403);
    expect((await send(BODY, "acme.eng", "[globex:publisher]")).answered.status).toBe(404);
  });

  test("refuses what the bus could not take", async () => {
    const file = (bytes: number) => ({
      filename: "a.bin",
      contentType: "application/octet-stream",
      content: Buffer.alloc(bytes, 7).toString("base64"),
    });

    const tooLarge = await send({
      ...BODY,
      text: "x".repeat(60_000),
      html: "y".repeat(33_300),
      attachments: [file(126_000)],
    });
    const fits = await send({ ...BODY, text: "x".repeat(60_000), attachments: [file(128 * 1024)] });

    expect(tooLarge.answered.status).toBe(413);
    expect(fits.answered.status).toBe(202);
  });
});
