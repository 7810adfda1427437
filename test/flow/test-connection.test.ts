import { describe, expect, test } from "vitest";
import { type TestConnection, testConnectionBody } from "../../shared/contracts/bodies/test-connection.ts";
import { parseBody } from "../../shared/contracts/parse-body.ts";
import type { NotedTest } from "../../shared/domain/last-test.ts";
import {
  bindingFor,
  type ProviderSettings,
  type SecretKind,
  type StoredMailSettings,
} from "../../shared/domain/mail-settings.ts";
import type { SecretValue } from "../../shared/flow/ports.ts";
import { testConnection } from "../../shared/flow/test-connection.ts";
import { addressOf, aFailure, NOW, scopeOf, settingsOf, smtpTo } from "../fakes/builders.ts";
import { FIRST_EDITION, fixedSending } from "../fakes/fixed-config.ts";
import { createScriptedProviders, type Script } from "../fakes/scripted-providers.ts";

const LOGIN = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
const OAUTH = smtpTo("smtp.gmail.com", {
  auth: {
    type: "oauth2",
    username: "ci@acme.example",
    issuer: "google",
    grant: "authorization_code",
    clientId: "client",
    directoryId: null,
  },
});

/** Settings with one secret that fits them, stored as `v1`. */
const withSecret = (provider: ProviderSettings, kind: SecretKind, scope = "acme"): StoredMailSettings =>
  settingsOf(
    scope,
    { provider },
    { [kind]: { versionId: "v1", updatedAt: NOW.toISOString(), binding: bindingFor(provider, kind) ?? "" } },
  );

const run = async (
  stored: readonly StoredMailSettings[],
  request: Partial<TestConnection> = {},
  { scope = "acme", script, secret }: { scope?: string; script?: Script; secret?: SecretValue } = {},
) => {
  const providers = createScriptedProviders(script);
  const noted: [string, NotedTest][] = [];
  const report = await testConnection(
    {
      config: fixedSending(stored),
      secrets: { read: async () => secret },
      accessTokens: {
        get: async (at) => ({ ok: true, accessToken: `token of ${at}`, expiresAt: NOW.toISOString() }),
      },
      providers,
      lastTests: { put: async (at, lastTest) => void noted.push([at, lastTest]) },
      render: ({ subject = "Test", body = "" }) => ({ subject, html: `<p>${body}</p>`, text: body }),
      sendDeadlineSeconds: 25,
      now: () => NOW,
      newId: () => "4711",
    },
    scopeOf(scope),
    { to: addressOf("ada@globex.example"), ...request },
  );
  return { report, providers, noted };
};

const draftOf = ({ settings: { scope: _, ...draft } }: StoredMailSettings) => draft;

const STORED = { secret: "stored-secret", binding: bindingFor(LOGIN, "password") ?? "" };

describe("testing stored settings", () => {
  test("sends the caller's words from the settings' sender, and notes the result with the settings it is of", async () => {
    const { report, providers, noted } = await run([settingsOf("acme")], { subject: "Hello", body: "It works" });

    expect(report).toMatchObject({ ok: true, code: null, hint: null, messageId: "<test-4711@acme.example>" });
    expect(providers.sent[0]?.mail).toMatchObject({
      from: { address: "ci@acme.example" },
      to: "ada@globex.example",
      subject: "Hello",
      text: "It works",
    });
    expect(noted).toEqual([
      ["acme", { at: NOW.toISOString(), ok: true, code: null, hint: null, settings: FIRST_EDITION }],
    ]);
  });

  test("notes why it failed", async () => {
    const { report, noted } = await run([settingsOf("acme")], {}, { script: () => aFailure() });

    expect(report).toMatchObject({ ok: false, code: "connection-refused", messageId: null });
    expect(noted[0]?.[1]).toMatchObject({ ok: false, code: "connection-refused", hint: report.hint });
  });

  test("tests what a send of the scope would use, and leaves an ancestor's note alone", async () => {
    const { report, providers, noted } = await run([settingsOf("system"), settingsOf("acme", { mode: "inherit" })], {});

    expect(report.ok).toBe(true);
    expect(providers.sent[0]?.scope).toBe("system");
    expect(noted).toEqual([]);
  });

  test("says so when there are none", async () => {
    const { report } = await run([]);

    expect(report).toMatchObject({ ok: false, code: "no-mail-settings", steps: [{ name: "settings", ok: false }] });
  });
});

describe("testing settings that are not saved", () => {
  test("sends by them, and notes nothing", async () => {
    const settings = draftOf(settingsOf("acme", { provider: smtpTo("smtp.new.example") }));

    const { report, providers, noted } = await run([settingsOf("acme")], { settings });

    expect(report.ok).toBe(true);
    expect(providers.opened[0]?.settings).toMatchObject({ host: "smtp.new.example" });
    expect(noted).toEqual([]);
  });

  test("uses the stored secret where they point to what it was given for", async () => {
    const settings = draftOf(settingsOf("acme", { name: "Renamed", provider: LOGIN }));

    const { providers } = await run([withSecret(LOGIN, "password")], { settings }, { secret: STORED });

    expect(providers.opened[0]?.secrets.login).toBe("stored-secret");
  });

  test.each([
    { title: "another host", provider: { ...LOGIN, host: "smtp.evil.example" } },
    { title: "another port", provider: { ...LOGIN, port: 587 } },
    { title: "another user", provider: { ...LOGIN, auth: { type: "password", username: "eve" } } },
  ] as const)("never uses it for $title", async ({ provider }) => {
    const settings = draftOf(settingsOf("acme", { provider }));

    const { report, providers } = await run([withSecret(LOGIN, "password")], { settings }, { secret: STORED });

    expect(report.code).toBe("credentials-required");
    expect(providers.opened).toEqual([]);
  });

  test("never uses the secret of a scope above", async () => {
    const settings = draftOf(settingsOf("acme", { provider: LOGIN }));

    const { report } = await run(
      [withSecret(LOGIN, "password", "acme")],
      { settings },
      {
        scope: "acme.eng",
        secret: STORED,
      },
    );

    expect(report.code).toBe("credentials-required");
  });

  test("uses the secrets that come with them, and only those it has a use for", async () => {
    const settings = draftOf(settingsOf("acme", { provider: LOGIN }));

    const { report, providers } = await run([], { settings, credentials: { password: "new", apiKey: "SG.x" } });

    expect(report.ok).toBe(true);
    expect(providers.opened[0]?.secrets).toEqual({ login: "new", proxyPassword: undefined });
    expect(JSON.stringify(report)).not.toContain("new");
  });

  test("tries a new password with the stored settings", async () => {
    const { providers, noted } = await run([withSecret(LOGIN, "password")], { credentials: { password: "new" } });

    expect(providers.opened[0]?.secrets.login).toBe("new");
    expect(noted).toEqual([]);
  });

  test("hands out a mailbox's token only for the server it is used with today", async () => {
    const stored = withSecret(OAUTH, "clientSecret");
    const tokenFor = async (provider: ProviderSettings) => {
      const { providers } = await run([stored], { settings: draftOf(settingsOf("acme", { provider })) });
      return providers.opened[0]?.secrets.accessToken?.();
    };

    expect(await tokenFor(OAUTH)).toMatchObject({ ok: true, accessToken: "token of acme" });
    for (const elsewhere of [
      { ...OAUTH, host: "smtp.evil.example" },
      { ...OAUTH, security: "none" as const },
      { ...OAUTH, proxy: { url: "http://proxy.evil.example:3128", username: null } },
    ]) {
      expect(await tokenFor(elsewhere)).toMatchObject({ ok: false, reason: "oauth-not-connected" });
    }
  });
});

describe("the request of a test", () => {
  const read = (body: object) => parseBody(testConnectionBody, body);

  test("may be no more than an address", () => {
    expect(read({ to: "Ada@Globex.example" })).toMatchObject({ to: "Ada@globex.example" });
  });

  test.each([
    { body: {}, path: "to" },
    { body: { to: "nobody" }, path: "to" },
    { body: { to: "a@b.example", subject: "a\nBcc: x@y.example" }, path: "subject" },
    { body: { to: "a@b.example", body: "x".repeat(4001) }, path: "body" },
    { body: { to: "a@b.example", settings: {} }, path: "settings.from" },
    { body: { to: "a@b.example", credentials: { clientSecret: "s" } }, path: "credentials.clientSecret" },
    { body: { to: "a@b.example", more: 1 }, path: "more" },
  ])("is refused with the field to mend: $path", ({ body, path }) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({
        code: "invalid-input",
        issues: expect.arrayContaining([expect.objectContaining({ path })]),
      }),
    );
  });
});
