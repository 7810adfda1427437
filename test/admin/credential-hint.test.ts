import { describe, expect, test } from "vitest";
import { credentialHint } from "../../shared/admin/credential-hint.ts";
import {
  bindingFor,
  type ProviderSettings,
  type SecretKind,
  type SecretNotes,
} from "../../shared/domain/mail-settings.ts";
import type { OAuth2Login } from "../../shared/domain/oauth-login.ts";
import { NOW, settingsOf, smtpTo } from "../fakes/builders.ts";

const MAILBOX: OAuth2Login = {
  type: "oauth2",
  username: "ci@acme.example",
  issuer: "google",
  grant: "authorization_code",
  clientId: "client",
  directoryId: null,
};
const LOGIN = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
const OPEN_RELAY = smtpTo("relay.acme.example");
const SENDGRID: ProviderSettings = { kind: "sendgrid", region: "global", url: "/v3/mail/send" };
const PROXIED = { ...LOGIN, proxy: { url: "http://proxy.acme.example:3128", username: "p" } };

const given = (kind: SecretKind, provider: ProviderSettings): SecretNotes => ({
  [kind]: { versionId: "v1", updatedAt: NOW.toISOString(), binding: bindingFor(provider, kind) ?? "" },
});

const hint = (secrets: SecretNotes, provider: ProviderSettings, ...fallback: ProviderSettings[]) =>
  credentialHint(settingsOf("acme", { provider, fallback }).settings, secrets);

describe("credential hint", () => {
  test.each<[string, string | null]>([
    ["a server without login", hint({}, OPEN_RELAY)],
    ["a password that fits", hint(given("password", LOGIN), LOGIN)],
    [
      "a key for each of two providers",
      hint({ ...given("password", LOGIN), ...given("apiKey", SENDGRID) }, LOGIN, SENDGRID),
    ],
  ])("is null with %s", (_, said) => {
    expect(said).toBeNull();
  });

  test.each<[string, string | null, string]>([
    [
      "was never given",
      hint({}, LOGIN),
      'Give "password": none is stored. Until then no mail goes out by the provider.',
    ],
    [
      "was given for another host",
      hint(given("password", { ...LOGIN, host: "old.acme.example" }), LOGIN),
      'Give "password" again: the one that is stored was given for another host, port, user name or proxy, and is not used for this one. Until then no mail goes out by the provider.',
    ],
    [
      "was given for another client",
      hint(
        given("clientSecret", smtpTo("a.example", { auth: { ...MAILBOX, clientId: "old" } })),
        smtpTo("a.example", { auth: MAILBOX }),
      ),
      'Give "clientSecret" again: the one that is stored was given for another issuer, client or directory, and is not used for this one. Until then no mail goes out by the provider.',
    ],
    [
      "was given for another proxy",
      hint(
        {
          ...given("password", PROXIED),
          ...given("proxyPassword", { ...PROXIED, proxy: { url: "http://old.acme.example:3128", username: "p" } }),
        },
        PROXIED,
      ),
      'Give "proxyPassword" again: the one that is stored was given for another proxy or proxy user name, and is not used for this one. Until then no mail goes out by the provider.',
    ],
    ["is for a fallback", hint(given("password", LOGIN), LOGIN, SENDGRID), 'Give "apiKey": none is stored.'],
  ])("says what to do when a secret %s", (_, said, expected) => {
    expect(said).toBe(expected);
  });
});
