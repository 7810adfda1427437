import { describe, expect, test } from "vitest";
import { bindingOf, type ProviderSettings, type StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import { chooseProvider, settingsInForce } from "../../shared/flow/choose-provider.ts";
import type { SecretReader, SecretValue } from "../../shared/flow/ports.ts";
import { NOW, scopeOf, settingsOf, smtpTo, tenantNamed } from "../fakes/builders.ts";
import { fixedSending } from "../fakes/fixed-config.ts";
import { createScriptedProviders } from "../fakes/scripted-providers.ts";

const LOGIN = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
const SENDGRID: ProviderSettings = { kind: "sendgrid", region: "global", url: "/v3/mail/send" };

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
  return { choice: await chooseProvider({ secrets, providers }, stored), secrets, providers };
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
    const stored = settingsOf("acme.eng", { provider: LOGIN }, { password: note(bindingOf(LOGIN), "v7") });

    const { choice, secrets } = await choose(stored, {
      "acme.eng/v7": { secret: "hunter2", binding: bindingOf(LOGIN) },
    });

    expect(choice.kind).toBe("ready");
    expect(secrets.asked).toEqual(["acme.eng/v7"]);
  });

  test("gives SendGrid its API key and never the password", async () => {
    const stored = settingsOf(
      "acme",
      { provider: SENDGRID },
      { password: note(bindingOf(LOGIN), "v1"), apiKey: note("sendgrid", "v2") },
    );

    const { secrets } = await choose(stored, { "acme/v2": { secret: "SG.x", binding: "sendgrid" } });

    expect(secrets.asked).toEqual(["acme/v2"]);
  });

  test.each<[string, StoredMailSettings | undefined, Readonly<Record<string, SecretValue>>, string, string]>([
    ["there are no settings", undefined, {}, "no-mail-settings", "has mail settings in mode own"],
    ["no password was given", settingsOf("acme", { provider: LOGIN }), {}, "credentials-required", "was never given"],
    [
      "the password is gone",
      settingsOf("acme", { provider: LOGIN }, { password: note(bindingOf(LOGIN)) }),
      {},
      "credentials-required",
      "does not exist any more",
    ],
    [
      "the password was given for another host",
      settingsOf("acme", { provider: { ...LOGIN, host: "smtp.evil.example" } }, { password: note(bindingOf(LOGIN)) }),
      { "acme/v1": { secret: "hunter2", binding: bindingOf(LOGIN) } },
      "credentials-required",
      "was given for another host, port or user",
    ],
    [
      "only the note says that the password fits",
      settingsOf("acme", { provider: LOGIN }, { password: note(bindingOf(LOGIN)) }),
      { "acme/v1": { secret: "hunter2", binding: "something else" } },
      "credentials-required",
      "was given for another host, port or user",
    ],
  ])("opens nothing when %s", async (_, stored, values, reason, words) => {
    const { choice, providers } = await choose(stored, values);

    expect(providers.opened).toEqual([]);
    expect(choice).toMatchObject({ kind: "unusable", failure: { class: "config", phase: "settings", reason } });
    expect(choice.kind === "unusable" && choice.failure.text).toContain(words);
    expect(JSON.stringify(choice)).not.toContain("hunter2");
  });
});
