import { describe, expect, test } from "vitest";
import { type OAuthState, oauthBindingOf } from "../../shared/domain/oauth-state.ts";
import { type ApiContents, REDIRECT_URI, startApi } from "../fakes/api.ts";
import { GOOD_BODIES } from "../fakes/bodies.ts";
import { scopeOf, settingsOf } from "../fakes/builders.ts";
import { createMemoryConfigStore } from "../fakes/memory-config-store.ts";
import { ACCEPTED, createScriptedProviders } from "../fakes/scripted-providers.ts";
import { startWorld } from "../fakes/world.ts";

const ROOT = "[system:admin]";

const SENDGRID = { from: { address: "ci@acme.example" }, provider: { kind: "sendgrid" } };

const OPEN_RELAY = { ...SENDGRID, provider: { kind: "smtp", host: "relay.acme.example" } };

const at = (scope: string, body?: object) => ({ scope, groups: ROOT, body });

const startAcme = async (contents: ApiContents = {}) => {
  const api = startApi(contents);
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

  test("in force say for each value where it comes from, and why", async () => {
    const api = await startAcme();
    await api.call("putMailSettings", at("acme", SENDGRID));
    await api.call("putMailSettings", at("acme.eng", { ...SENDGRID, mode: "inherit" }));

    const { body } = await api.call("getMailSettings", { ...at("acme.eng"), query: { effective: "true" } });

    const origin = {
      scope: "acme",
      inheritedFrom: "acme",
      reason:
        'Scope "acme.eng" has its own settings in mode inherit; "acme" is the nearest scope above with settings in mode own.',
    };
    expect(body.origins).toEqual({
      name: origin,
      from: origin,
      replyTo: origin,
      provider: origin,
      fallback: origin,
      onAmbiguous: origin,
    });
  });

  test("in force that are the scope's own say that no value is inherited", async () => {
    const api = await startAcme();
    await api.call("putMailSettings", at("acme", SENDGRID));

    const { body } = await api.call("getMailSettings", { ...at("acme"), query: { effective: "true" } });

    expect(body.origins.from).toMatchObject({ scope: "acme", inheritedFrom: null });
  });

  test.each([
    { title: "a tenant that only uses them not", groups: "[acme:admin]", isTold: false },
    { title: "whoever may look at the installation", groups: "[acme:admin system:viewer]", isTold: true },
  ])("of the installation tell $title who looks after them and how they fare", async ({ groups, isTold }) => {
    const api = await startAcme();
    await api.call("putMailSettings", at("system", { ...smtpAt("smtp.system.example"), name: "Post office" }));
    await api.call("putCredentials", at("system", { password: "x" }));

    const { body } = await api.call("getMailSettings", { scope: "acme", groups, query: { effective: "true" } });

    expect(body).toMatchObject({
      inheritedFrom: "system",
      name: "Post office",
      from: { address: "ci@acme.example" },
      provider: { kind: "smtp", host: "smtp.system.example" },
      protocol: "SMTPS",
      credentialState: "ready",
    });
    const told = ["updatedBy", "lastTest", "credentials", "credentialHint", "oauth"].filter((field) => field in body);
    expect(told).toEqual(isTold ? ["updatedBy", "lastTest", "credentials", "credentialHint", "oauth"] : []);
  });

  test("can be read, changed and put again, whatever the answers add", async () => {
    const api = await startWorld();
    const { body: own } = await api.call("getMailSettings", at("acme"));
    const { body: effective } = await api.call("getMailSettings", { ...at("acme"), query: { effective: "true" } });

    const again = await api.call("putMailSettings", at("acme", { ...own, name: "Renamed" }));
    const adopted = await api.call("putMailSettings", at("acme.eng", effective));

    expect(again).toMatchObject({ status: 200, body: { ...own, name: "Renamed", version: 2 } });
    expect(adopted).toMatchObject({ status: 200, body: { scope: "acme.eng", provider: own.provider } });
  });

  test("show the last test, and null before there was one", async () => {
    const lastTest = {
      at: "2026-11-20T11:00:00.000Z",
      ok: false,
      code: "login-refused",
      hint: "Check the user name.",
    } as const;
    const settings = { version: 1, updatedAt: "2026-11-20T12:00:00.000Z" };
    const api = await startAcme({ lastTests: new Map([["acme", { ...lastTest, settings }]]) });
    await api.call("putMailSettings", at("acme", SENDGRID));
    await api.call("putMailSettings", at("acme.eng", SENDGRID));

    const tested = await api.call("getMailSettings", at("acme"));
    const untested = await api.call("getMailSettings", at("acme.eng"));

    expect([tested.body.lastTest, untested.body.lastTest]).toEqual([lastTest, null]);
  });

  test("that were reset and given anew have not been tested", async () => {
    const api = await startAcme();
    await api.call("putMailSettings", at("acme", smtpAt("smtp.acme.example")));
    await api.call("testMailSettings", at("acme", { to: "ada@acme.example" }));
    const { body: tested } = await api.call("getMailSettings", at("acme"));

    await api.call("deleteMailSettings", at("acme"));
    const { body: anew } = await api.call("putMailSettings", at("acme", SENDGRID));

    expect(tested.lastTest).toMatchObject({ ok: false });
    expect(anew.lastTest).toBeNull();
  });

  test("that were changed have not been tested", async () => {
    const api = await startAcme({ providers: createScriptedProviders() });
    await api.call("putMailSettings", at("acme", OPEN_RELAY));
    await api.call("testMailSettings", at("acme", { to: "ada@acme.example" }));
    const { body: tested } = await api.call("getMailSettings", at("acme"));

    const { body: changed } = await api.call("putMailSettings", at("acme", { ...OPEN_RELAY, name: "Renamed" }));

    expect(tested.lastTest).toEqual({ at: "2026-11-20T12:00:00.000Z", ok: true, code: null, hint: null });
    expect(changed.lastTest).toBeNull();
  });

  test("that were deleted during a test and given anew later have not been tested", async () => {
    const config = createMemoryConfigStore();
    const deleteMeanwhile = async () => {
      await api.call("deleteMailSettings", at("acme"));
      return ACCEPTED;
    };
    const api = await startAcme({ config, providers: createScriptedProviders(deleteMeanwhile) });
    await api.call("putMailSettings", at("acme", OPEN_RELAY));
    await api.call("testMailSettings", at("acme", { to: "ada@acme.example" }));

    const later = { by: "ada", at: new Date("2026-11-20T12:05:00.000Z") };
    await config.settings.put(scopeOf("acme"), settingsOf("acme").settings, later);
    const { body: anew } = await api.call("getMailSettings", at("acme"));

    expect(anew).toMatchObject({ version: 1, lastTest: null });
  });

  test("refuse a switch that is neither true nor false", async () => {
    const api = await startAcme();

    const answered = await api.call("getMailSettings", { ...at("acme"), query: { effective: "yes" } });

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path: "effective" }] } });
  });
});

describe("OAuth 2.0 in mail settings", () => {
  const MAILBOX = {
    type: "oauth2",
    username: "ci@acme.example",
    issuer: "google",
    grant: "authorization_code",
    clientId: "client",
    directoryId: null,
  } as const;
  const GMAIL = { from: { address: "ci@acme.example" }, provider: { kind: "smtp", preset: "gmail", auth: MAILBOX } };

  const stateFor = (secretVersion: string, different: Partial<OAuthState> = {}): OAuthState => ({
    status: "connected",
    binding: oauthBindingOf(MAILBOX, REDIRECT_URI, secretVersion),
    tokenVersionId: "tokens-1",
    connectedAt: "2026-11-01T00:00:00.000Z",
    expiresAt: "2026-12-10T00:00:00.000Z",
    warnedDays: [],
    ...different,
  });

  const oauthOf = async (state: OAuthState | undefined, settings: object = GMAIL) => {
    const api = await startAcme({ oauthStates: new Map(state === undefined ? [] : [["acme", state]]) });
    await api.call("putMailSettings", at("acme", settings));
    await api.call("putCredentials", at("acme", { clientSecret: "x" }));
    const { body, text } = await api.call("getMailSettings", at("acme"));
    return { oauth: body.oauth, text };
  };

  test.each([
    {
      title: "a mailbox that is connected, with the end of consent",
      state: stateFor("version-1", { expiresAt: "2027-02-01T00:00:00.000Z" }),
      oauth: { status: "connected", expiresAt: "2027-02-01T00:00:00.000Z" },
    },
    {
      title: "consent that ends soon",
      state: stateFor("version-1"),
      oauth: { status: "expiring", expiresAt: "2026-12-10T00:00:00.000Z" },
    },
    {
      title: "consent that was lost",
      state: stateFor("version-1", { status: "reconnect-needed", expiresAt: null }),
      oauth: { status: "reconnect-needed", expiresAt: null },
    },
    {
      title: "tokens that were issued for another client secret",
      state: stateFor("version-0"),
      oauth: { status: "not-connected", expiresAt: null },
    },
    { title: "no consent yet", state: undefined, oauth: { status: "not-connected", expiresAt: null } },
  ])("shows $title", async ({ state, oauth }) => {
    const shown = await oauthOf(state);

    expect(shown.oauth).toEqual(oauth);
    expect(shown.text).not.toMatch(/tokens-1|version-1/);
  });

  test("is null where nobody logs in so", async () => {
    const shown = await oauthOf(stateFor("version-1"), SENDGRID);

    expect(shown.oauth).toBeNull();
  });
});

describe("presets", () => {
  test("tell a form what each provider fills in, and what to know about it", async () => {
    const api = startApi();

    const { status, body } = await api.call("listPresets", { groups: "[]" });

    expect(status).toBe(200);
    expect(body.nextCursor).toBeNull();
    expect(body.items.map(({ preset }: { preset: string }) => preset)).toEqual([
      "custom",
      "gmail",
      "office365",
      "sendgrid",
      "ses",
      "mailgun",
      "postmark",
    ]);
    expect(body.items).toContainEqual({
      preset: "gmail",
      label: "Gmail and Google Workspace",
      host: "smtp.gmail.com",
      hostForm: null,
      port: 465,
      security: "implicit",
      protocol: "SMTPS",
      oauth2: { issuer: "google", grants: ["authorization_code", "service_account"] },
      hints: expect.arrayContaining([expect.stringContaining("app password")]),
    });
    expect(body.items).toContainEqual(
      expect.objectContaining({
        preset: "ses",
        host: null,
        hostForm: "email-smtp.<region>.amazonaws.com",
        oauth2: null,
      }),
    );
  });

  test("fill in settings just as they say", async () => {
    const api = await startAcme();
    const { body: presets } = await api.call("listPresets", { groups: "[]" });

    for (const { preset, host, port, security } of presets.items) {
      const provider = { kind: "smtp", preset, ...(host === null ? { host: "smtp.acme.example" } : {}) };
      const { body } = await api.call("putMailSettings", at("acme", { from: { address: "a@a.example" }, provider }));
      expect(body.provider).toMatchObject({ host: host ?? "smtp.acme.example", port, security });
    }
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
      { scope: "acme", kind: "password", secret: "c4n4ry", binding: '["smtp","smtp.acme.example",465,"ci",null]' },
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

  test("of a fallback are bound to it", async () => {
    const api = await startAcme();
    const settings = { ...smtpAt("smtp.acme.example"), fallback: [{ kind: "sendgrid" }] };
    await api.call("putMailSettings", at("acme", settings));

    const half = await api.call("putCredentials", at("acme", { password: "x" }));
    const both = await api.call("putCredentials", at("acme", { apiKey: "y" }));

    expect(half.body).toMatchObject({
      credentialState: "ready",
      credentialHint: 'Give "apiKey": none is stored.',
    });
    expect(both.body).toMatchObject({ credentialHint: null, credentials: { apiKey: { set: true, usable: true } } });
    expect(api.secrets.stored()).toMatchObject([{ kind: "password" }, { kind: "apiKey", binding: "sendgrid" }]);
  });

  test("say in words what to give again", async () => {
    const api = await startAcme();
    await api.call("putMailSettings", at("acme", smtpAt("smtp.acme.example")));
    await api.call("putCredentials", at("acme", { password: "x" }));

    const moved = await api.call("putMailSettings", at("acme", smtpAt("smtp.evil.example")));

    expect(moved.body.credentialHint).toMatch(/^Give "password" again: .* another host, port, user name or proxy/);
  });

  test.each(["putCredentials", "deleteCredentials"] as const)(
    "are left alone by %s when the settings are not those that If-Match names",
    async (operation) => {
      const api = await startAcme();
      await api.call("putMailSettings", at("acme", smtpAt("smtp.acme.example")));
      await api.call("putCredentials", at("acme", { password: "first" }));
      const [late, fresh] = ['"2"', '"1"'].map((tag) => ({
        ...at("acme", { password: "second" }),
        headers: { "if-match": tag },
      }));

      const refused = await api.call(operation, late);
      const kept = api.secrets.stored();
      const done = await api.call(operation, fresh);

      expect(refused).toMatchObject({ status: 412, body: { code: "precondition-failed" } });
      expect(kept).toMatchObject([{ secret: "first" }]);
      expect([200, 204]).toContain(done.status);
    },
  );

  test("need settings to be given for", async () => {
    const api = await startAcme();

    const answered = await api.call("putCredentials", at("acme", { password: "x" }));

    expect(answered).toMatchObject({ status: 409, body: { detail: expect.stringContaining("PUT its mail-settings") } });
    expect(api.secrets.stored()).toEqual([]);
  });

  test.each([
    { settings: smtpAt("smtp.acme.example"), credentials: { apiKey: "x" }, need: 'the provider smtp needs "password"' },
    { settings: SENDGRID, credentials: { password: "x" }, need: 'the provider sendgrid needs "apiKey"' },
    { settings: SENDGRID, credentials: { apiKey: "x", password: "y" }, need: 'the provider sendgrid needs "apiKey"' },
    {
      settings: { ...SENDGRID, provider: { kind: "smtp", host: "smtp.acme.example" } },
      credentials: { password: "x" },
      need: "the provider smtp is used without login",
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
