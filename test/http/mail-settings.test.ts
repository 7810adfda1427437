import { describe, expect, test } from "vitest";
import { startApi } from "../fakes/api.ts";
import { GOOD_BODIES } from "../fakes/bodies.ts";
import { startWorld } from "../fakes/world.ts";

const ROOT = "[system:admin]";

const SENDGRID = { from: { address: "ci@acme.example" }, provider: { kind: "sendgrid" } };

const at = (scope: string, body?: object) => ({ scope, groups: ROOT, body });

const startAcme = async () => {
  const api = startApi();
  await api.call("putScope", at("acme", { name: "Acme" }));
  await api.call("putScope", at("acme.eng", { name: "Engineering" }));
  return api;
};

const smtpAt = (host: string) => ({
  ...GOOD_BODIES.putMailSettings,
  provider: { kind: "smtp", host, auth: { type: "password", username: "ci" } },
});

describe("mail settings", () => {
  test.each([
    { port: 25, protocol: "SMTP" },
    { port: 587, protocol: "SMTP" },
    { port: 2525, protocol: "SMTP" },
    { port: 465, protocol: "SMTPS" },
    { port: 2465, protocol: "SMTPS" },
  ])("call port $port $protocol", async ({ port, protocol }) => {
    const api = await startAcme();
    const body = { ...SENDGRID, provider: { kind: "smtp", host: "smtp.acme.example", port } };

    const { body: written } = await api.call("putMailSettings", at("acme", body));

    expect(written).toMatchObject({
      protocol,
      credentialState: "not-needed",
      scope: "acme",
      version: 1,
      updatedBy: "ada",
    });
  });

  test("have no protocol with SendGrid, and say what is missing", async () => {
    const api = await startAcme();

    const { body } = await api.call("putMailSettings", at("acme", SENDGRID));

    expect(body).not.toHaveProperty("protocol");
    expect(body).toMatchObject({
      credentialState: "credentials-required",
      credentials: { apiKey: { set: false, updatedAt: null, usable: false } },
    });
  });

  test("in force are those of the nearest scope upwards in mode own, down to the root", async () => {
    const api = await startAcme();
    const effective = async () => {
      const { status, body } = await api.call("getMailSettings", { ...at("acme.eng"), query: { effective: "true" } });
      return { status, scope: body.scope, inheritedFrom: body.inheritedFrom };
    };

    const seen = [await effective()];
    await api.call("putMailSettings", at("system", SENDGRID));
    seen.push(await effective());
    await api.call("putMailSettings", at("acme", SENDGRID));
    seen.push(await effective());
    await api.call("putMailSettings", at("acme.eng", { ...SENDGRID, mode: "inherit" }));
    seen.push(await effective());
    await api.call("putMailSettings", at("acme.eng", SENDGRID));
    seen.push(await effective());
    await api.call("deleteMailSettings", at("acme.eng"));
    await api.call("deleteMailSettings", at("acme"));
    seen.push(await effective());

    expect(seen).toEqual([
      { status: 404, scope: undefined, inheritedFrom: undefined },
      { status: 200, scope: "system", inheritedFrom: "system" },
      { status: 200, scope: "acme", inheritedFrom: "acme" },
      { status: 200, scope: "acme", inheritedFrom: "acme" },
      { status: 200, scope: "acme.eng", inheritedFrom: null },
      { status: 200, scope: "system", inheritedFrom: "system" },
    ]);
  });

  test("refuse a switch that is neither true nor false", async () => {
    const api = await startAcme();

    const answered = await api.call("getMailSettings", { ...at("acme"), query: { effective: "yes" } });

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path: "effective" }] } });
  });
});

describe("credentials", () => {
  test("are stored bound to the settings, and shown as set but never as they are", async () => {
    const api = await startAcme();
    await api.call("putMailSettings", at("acme", smtpAt("smtp.acme.example")));

    const given = await api.call("putCredentials", at("acme", { password: "c4n4ry" }));
    const read = await api.call("getMailSettings", at("acme"));

    const state = { set: true, updatedAt: "2026-11-20T12:00:00.000Z", usable: true };
    expect(given).toMatchObject({ status: 200, body: { credentials: { password: state }, credentialState: "ready" } });
    expect(read.body).toMatchObject({ credentials: { password: state }, credentialState: "ready", version: 1 });
    expect(given.text + read.text).not.toMatch(/c4n4ry|version-1|binding/);
    expect(api.secrets.stored()).toMatchObject([
      { scope: "acme", kind: "password", secret: "c4n4ry", binding: '["smtp","smtp.acme.example",465,"ci"]' },
    ]);
  });

  test("are not used for another host, until they are given for it", async () => {
    const api = await startAcme();
    await api.call("putMailSettings", at("acme", smtpAt("smtp.acme.example")));
    await api.call("putCredentials", at("acme", { password: "x" }));

    const moved = await api.call("putMailSettings", at("acme", smtpAt("smtp.evil.example")));
    const back = await api.call("putMailSettings", at("acme", smtpAt("smtp.acme.example")));

    expect(moved.body).toMatchObject({
      credentialState: "credentials-required",
      credentials: { password: { set: true, usable: false } },
    });
    expect(back.body.credentialState).toBe("ready");
  });

  test("need settings to be given for", async () => {
    const api = await startAcme();

    const answered = await api.call("putCredentials", at("acme", { password: "x" }));

    expect(answered).toMatchObject({ status: 409, body: { detail: expect.stringContaining("PUT its mail-settings") } });
    expect(api.secrets.stored()).toEqual([]);
  });

  test.each([
    { settings: smtpAt("smtp.acme.example"), credentials: { apiKey: "x" }, need: "logs in with a password" },
    { settings: SENDGRID, credentials: { password: "x" }, need: "logs in with an apiKey" },
    { settings: SENDGRID, credentials: { apiKey: "x", password: "y" }, need: "logs in with an apiKey" },
    {
      settings: { ...SENDGRID, provider: { kind: "smtp", host: "smtp.acme.example" } },
      credentials: { password: "x" },
      need: "without login",
    },
  ])("of no use are refused: $need", async ({ settings, credentials, need }) => {
    const api = await startAcme();
    await api.call("putMailSettings", at("acme", settings));

    const answered = await api.call("putCredentials", at("acme", credentials));

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ message: expect.stringContaining(need) }] } });
    expect(api.secrets.stored()).toEqual([]);
  });

  test("are deleted alone, or with the settings", async () => {
    const api = await startWorld();

    const alone = await api.call("deleteCredentials", at("acme"));
    const settings = await api.call("getMailSettings", at("acme"));
    const withSettings = await api.call("deleteMailSettings", at("globex"));

    expect([alone.status, withSettings.status]).toEqual([204, 204]);
    expect(settings.body).toMatchObject({ credentialState: "credentials-required", version: 1 });
    expect(api.secrets.stored().map(({ scope }) => scope)).toEqual(["acme.eng", "globex.eng"]);
  });

  test("do not stay behind when the settings are deleted while they are stored", async () => {
    const api = await startWorld();
    const put = api.secrets.put;
    api.secrets.put = async (scope, kind, value) => {
      await api.config.settings.remove(scope, { by: "bob", at: new Date() });
      return put(scope, kind, value);
    };

    const answered = await api.call("putCredentials", at("acme", { password: "x" }));

    expect(answered.status).toBe(409);
    expect(api.secrets.stored().some(({ scope }) => scope === "acme")).toBe(false);
  });
});
