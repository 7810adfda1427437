import { describe, expect, test } from "vitest";
import {
  bindingFor,
  type ProviderSettings,
  type SecretKind,
  type StoredMailSettings,
} from "../../../shared/domain/mail-settings.ts";
import type { OAuth2Login } from "../../../shared/domain/oauth-login.ts";
import { chooseProvider, settingsInForce } from "../../../shared/flow/deliver/choose-provider.ts";
import type { AccessTokens, SecretReader, SecretValue } from "../../../shared/flow/ports.ts";
import { NOW, scopeOf, settingsOf, smtpTo, tenantNamed } from "../../fakes/builders.ts";
import { fixedSending } from "../../fakes/fixed-config.ts";
import { createScriptedProviders } from "../../fakes/scripted-providers.ts";

const LOGIN = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
const OAUTH = {
  type: "oauth2",
  username: "ci@acme.example",
  issuer: "google",
  grant: "authorization_code",
  clientId: "client",
  directoryId: null,
} as const;
const SENDGRID: ProviderSettings = { kind: "sendgrid", region: "global", url: "/v3/mail/send" };

/** What a secret of a provider is bound to. */
const bound = (provider: ProviderSettings, kind: SecretKind): string => {
  const binding = bindingFor(provider, kind);
  if (binding === undefined) throw new Error(`${provider.kind} has no use for ${kind}`);
  return binding;
};

const PASSWORD_BINDING = bound(LOGIN, "password");

const note = (binding: string, versionId = "v1") => ({ versionId, updatedAt: NOW.toISOString(), binding });

/** Secrets by `scope/version`; `asked` remembers what was read. */
const secretsOf = (values: Readonly<Record<string, SecretValue>>): SecretReader & { readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    async read(scope, versionId) {
      asked.push(`${scope}/${versionId}`);
      return values[`${scope}/${versionId}`];
    },
  };
};

const choose = async (stored: StoredMailSettings | undefined, values: Readonly<Record<string, SecretValue>> = {}) => {
  const secrets = secretsOf(values);
  const providers = createScriptedProviders();
  const accessTokens: AccessTokens = {
    get: async (scope) => ({ ok: true, accessToken: `token of ${scope}`, expiresAt: NOW.toISOString() }),
  };
  return { choice: await chooseProvider({ secrets, accessTokens, providers }, stored), secrets, providers };
};

describe("the settings in force", () => {
  const inForceAt = async (scope: string, ...all: StoredMailSettings[]) =>
    settingsInForce(scopeOf(scope), await fixedSending(all).load([tenantNamed(scope)]))?.settings.scope;

  test("are the nearest upwards, up to the operator's", async () => {
    const all = [settingsOf("system"), settingsOf("acme"), settingsOf("acme.eng", { mode: "inherit" })];

    expect(await inForceAt("acme.eng.payments", ...all)).toBe("acme");
    expect(await inForceAt("globex", ...all)).toBe("system");
  });

  test("are never another tenant's", async () => {
    expect(await inForceAt("globex", settingsOf("acme"))).toBeUndefined();
  });
});

describe("choosing a provider", () => {
  test("opens a server without login without reading a secret", async () => {
    const { choice, secrets, providers } = await choose(settingsOf("acme"));

    expect(choice.kind).toBe("ready");
    expect(secrets.asked).toEqual([]);
    expect(providers.opened).toHaveLength(1);
  });

  test("reads the version that the settings name, of the scope whose settings they are", async () => {
    const stored = settingsOf("acme.eng", { provider: LOGIN }, { password: note(PASSWORD_BINDING, "v7") });

    const { choice, secrets } = await choose(stored, {
      "acme.eng/v7": { secret: "hunter2", binding: PASSWORD_BINDING },
    });

    expect(choice.kind).toBe("ready");
    expect(secrets.asked).toEqual(["acme.eng/v7"]);
  });

  test("gives SendGrid its API key and never the password", async () => {
    const stored = settingsOf(
      "acme",
      { provider: SENDGRID },
      { password: note(PASSWORD_BINDING, "v1"), apiKey: note("sendgrid", "v2") },
    );

    const { secrets } = await choose(stored, { "acme/v2": { secret: "SG.x", binding: "sendgrid" } });

    expect(secrets.asked).toEqual(["acme/v2"]);
  });

  test("gives the proxy its own password", async () => {
    const provider = { ...LOGIN, proxy: { url: "http://proxy.acme.example:3128", username: "p" } };
    const proxyBinding = bound(provider, "proxyPassword");
    const passwordBinding = bound(provider, "password");
    const notes = { password: note(passwordBinding, "v1"), proxyPassword: note(proxyBinding, "v2") };

    const { providers } = await choose(settingsOf("acme", { provider }, notes), {
      "acme/v1": { secret: "for the server", binding: passwordBinding },
      "acme/v2": { secret: "for the proxy", binding: proxyBinding },
    });

    expect(providers.opened[0]?.secrets).toEqual({ login: "for the server", proxyPassword: "for the proxy" });
  });

  test("asks for an access token of the scope whose mailbox it is, and reads no client secret", async () => {
    const provider = smtpTo("smtp.gmail.com", { auth: OAUTH });
    const stored = settingsOf("acme", { provider }, { clientSecret: note(bound(provider, "clientSecret")) });

    const { secrets, providers } = await choose(stored);

    expect(secrets.asked).toEqual([]);
    expect(await providers.opened[0]?.secrets.accessToken?.()).toMatchObject({ accessToken: "token of acme" });
  });

  test("names whose access token it is anew for another login or client secret", async () => {
    const identityOf = async (auth: OAuth2Login, versionId: string) => {
      const provider = smtpTo("smtp.gmail.com", { auth });
      const notes = { clientSecret: note(bound(provider, "clientSecret"), versionId) };
      const { providers } = await choose(settingsOf("acme", { provider }, notes));
      return providers.opened[0]?.secrets.tokenIdentity;
    };

    const identities = await Promise.all([
      identityOf(OAUTH, "v1"),
      identityOf(OAUTH, "v2"),
      identityOf({ ...OAUTH, username: "bot@acme.example" }, "v1"),
      identityOf({ ...OAUTH, clientId: "another" }, "v1"),
    ]);

    expect(new Set(identities).size).toBe(4);
    expect(await identityOf(OAUTH, "v1")).toBe(identities[0]);
  });

  test.each<[string, StoredMailSettings | undefined, Readonly<Record<string, SecretValue>>, string, string]>([
    ["there are no settings", undefined, {}, "no-mail-settings", "has mail settings in mode own"],
    ["no password was given", settingsOf("acme", { provider: LOGIN }), {}, "credentials-required", "was never given"],
    [
      "the password is gone",
      settingsOf("acme", { provider: LOGIN }, { password: note(PASSWORD_BINDING) }),
      {},
      "credentials-required",
      "does not exist any more",
    ],
    [
      "the password was given for another host",
      settingsOf("acme", { provider: { ...LOGIN, host: "smtp.evil.example" } }, { password: note(PASSWORD_BINDING) }),
      { "acme/v1": { secret: "hunter2", binding: PASSWORD_BINDING } },
      "credentials-required",
      "was given for another host, port, user name or proxy",
    ],
    [
      "only the note says that the password fits",
      settingsOf("acme", { provider: LOGIN }, { password: note(PASSWORD_BINDING) }),
      { "acme/v1": { secret: "hunter2", binding: "something else" } },
      "credentials-required",
      "was given for another host, port, user name or proxy",
    ],
    [
      "the proxy's password is missing",
      settingsOf("acme", {
        provider: smtpTo("x.example", { proxy: { url: "socks5://p.example:1080", username: "p" } }),
      }),
      {},
      "credentials-required",
      "The proxyPassword of acme was never given",
    ],
    [
      "the client secret is missing",
      settingsOf("acme", { provider: smtpTo("smtp.gmail.com", { auth: OAUTH }) }),
      {},
      "credentials-required",
      "The clientSecret of acme was never given",
    ],
    [
      "the client secret was given for another client",
      settingsOf("acme", { provider: smtpTo("smtp.gmail.com", { auth: OAUTH }) }, { clientSecret: note("other") }),
      {},
      "credentials-required",
      "was given for another issuer, client or directory",
    ],
  ])("opens nothing when %s", async (_, stored, values, reason, words) => {
    const { choice, providers } = await choose(stored, values);

    expect(providers.opened).toEqual([]);
    expect(choice).toMatchObject({ kind: "unusable", failure: { class: "config", phase: "settings", reason } });
    expect(choice.kind === "unusable" && choice.failure.text).toContain(words);
    expect(JSON.stringify(choice)).not.toContain("hunter2");
  });
});
