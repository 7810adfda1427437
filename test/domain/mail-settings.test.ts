import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bindingFor,
  bindingIn,
  credentialState,
  effectiveSettings,
  missingSecrets,
  type ProviderSettings,
  type SecretKind,
  type SmtpSettings,
  type StoredMailSettings,
  secretKindsOf,
} from "../../shared/domain/mail-settings.ts";
import type { OAuth2Login } from "../../shared/domain/oauth-login.ts";
import { chainOf, type Scope } from "../../shared/domain/scope.ts";
import { NOW, scopeOf, settingsOf, smtpTo } from "../fakes/builders.ts";

const LOGIN = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
const OPEN_RELAY = smtpTo("relay.acme.example");
const SENDGRID: ProviderSettings = { kind: "sendgrid", region: "global", url: "/v3/mail/send" };
const MAILBOX: OAuth2Login = {
  type: "oauth2",
  username: "ci@acme.example",
  issuer: "microsoft",
  grant: "authorization_code",
  clientId: "client",
  directoryId: "acme.example",
};
const OFFICE = smtpTo("smtp.office365.com", { port: 587, security: "starttls", auth: MAILBOX });
const PROXIED = smtpTo("relay.acme.example", { proxy: { url: "http://proxy.acme.example:3128", username: "p" } });

const note = (binding: string | undefined) => ({
  versionId: "v1",
  updatedAt: NOW.toISOString(),
  binding: binding ?? "none",
});

describe("the secrets a provider needs", () => {
  test.each<[string, ProviderSettings, SecretKind[]]>([
    ["an SMTP server with login", LOGIN, ["password"]],
    ["an SMTP server without login", OPEN_RELAY, []],
    ["SendGrid", SENDGRID, ["apiKey"]],
    ["a mailbox that consents", OFFICE, ["clientSecret"]],
    [
      "a mailbox of an application",
      smtpTo("a.example", { auth: { ...MAILBOX, grant: "client_credentials" } }),
      ["clientSecret"],
    ],
    [
      "a service account",
      smtpTo("a.example", { auth: { ...MAILBOX, grant: "service_account" } }),
      ["serviceAccountKey"],
    ],
    ["a proxy with login", PROXIED, ["proxyPassword"]],
    ["a proxy without login", { ...PROXIED, proxy: { url: "http://proxy.acme.example:3128", username: null } }, []],
    ["a login by way of a proxy with login", { ...LOGIN, proxy: PROXIED.proxy }, ["password", "proxyPassword"]],
  ])("are, for %s, what it logs in with", (_, provider, kinds) => {
    expect(secretKindsOf(provider)).toEqual(kinds);
  });
});

describe("the binding of a password", () => {
  test.each<[string, ProviderSettings]>([
    ["host", { ...LOGIN, host: "smtp.evil.example" }],
    ["port", { ...LOGIN, port: 587 }],
    ["username", { ...LOGIN, auth: { type: "password", username: "root" } }],
    ["kind of provider", SENDGRID],
    ["kind of login", { ...LOGIN, auth: MAILBOX }],
    ["proxy", { ...LOGIN, proxy: PROXIED.proxy }],
  ])("differs with the %s", (_, other) => {
    expect(bindingFor(other, "password")).not.toBe(bindingFor(LOGIN, "password"));
  });

  test("stays when only things change that do not say where the secret goes", () => {
    const other: SmtpSettings = { ...LOGIN, timeoutMs: 1000, maxConnections: 1, minTlsVersion: "1.3" };

    expect(bindingFor(other, "password")).toBe(bindingFor(LOGIN, "password"));
  });

  test("is equal only for the same host, port and user, whatever characters these hold", () => {
    const place = fc.tuple(fc.string(), fc.nat(65_535), fc.string());
    const bindingAt = ([host, port, username]: [string, number, string]) =>
      bindingFor(smtpTo(host, { port, auth: { type: "password", username } }), "password");

    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(bindingAt(a) === bindingAt(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

describe("the binding of a client secret", () => {
  test.each<[string, Partial<OAuth2Login>]>([
    ["issuer", { issuer: "google" }],
    ["client", { clientId: "other" }],
    ["directory", { directoryId: "other.example" }],
  ])("differs with the %s", (_, different) => {
    const other = { ...OFFICE, auth: { ...MAILBOX, ...different } };

    expect(bindingFor(other, "clientSecret")).not.toBe(bindingFor(OFFICE, "clientSecret"));
  });

  test("stays when the server or the mailbox changes", () => {
    const other = { ...OFFICE, host: "smtp.acme.example", port: 465, auth: { ...MAILBOX, username: "b@acme.example" } };

    expect(bindingFor(other, "clientSecret")).toBe(bindingFor(OFFICE, "clientSecret"));
  });
});

describe("the binding of a proxy password", () => {
  test.each<[string, SmtpSettings["proxy"]]>([
    ["host", { url: "http://evil.example:3128", username: "p" }],
    ["port", { url: "http://proxy.acme.example:80", username: "p" }],
    ["scheme", { url: "https://proxy.acme.example:3128", username: "p" }],
    ["username", { url: "http://proxy.acme.example:3128", username: "root" }],
  ])("differs with the %s", (_, proxy) => {
    expect(bindingFor({ ...PROXIED, proxy }, "proxyPassword")).not.toBe(bindingFor(PROXIED, "proxyPassword"));
  });

  test("stays when the server behind the proxy changes", () => {
    expect(bindingFor({ ...PROXIED, host: "other.example" }, "proxyPassword")).toBe(
      bindingFor(PROXIED, "proxyPassword"),
    );
  });
});

describe("a secret within settings", () => {
  test("is bound to the provider that needs it, be it a fallback", () => {
    const { settings } = settingsOf("acme", { provider: LOGIN, fallback: [SENDGRID] });

    expect(bindingIn(settings, "password")).toBe(bindingFor(LOGIN, "password"));
    expect(bindingIn(settings, "apiKey")).toBe("sendgrid");
    expect(bindingIn(settings, "clientSecret")).toBeUndefined();
  });

  test("is missing until it is given for what it is used for", () => {
    const provider = { ...LOGIN, proxy: PROXIED.proxy };
    const password = note(bindingFor(provider, "password"));

    expect(missingSecrets(provider, {})).toEqual(["password", "proxyPassword"]);
    expect(missingSecrets(provider, { password })).toEqual(["proxyPassword"]);
    expect(missingSecrets({ ...provider, port: 2465 }, { password })).toEqual(["password", "proxyPassword"]);
  });
});

describe("the state of the credentials", () => {
  test.each<[string, StoredMailSettings, string]>([
    ["a server without login", settingsOf("acme", { provider: OPEN_RELAY }), "not-needed"],
    ["no password", settingsOf("acme", { provider: LOGIN }), "credentials-required"],
    [
      "a fitting password",
      settingsOf("acme", { provider: LOGIN }, { password: note(bindingFor(LOGIN, "password")) }),
      "ready",
    ],
    [
      "a password for another host",
      settingsOf(
        "acme",
        { provider: { ...LOGIN, host: "smtp.evil.example" } },
        { password: note(bindingFor(LOGIN, "password")) },
      ),
      "credentials-required",
    ],
    [
      "an API key where a password is needed",
      settingsOf("acme", { provider: LOGIN }, { apiKey: note(bindingFor(LOGIN, "password")) }),
      "credentials-required",
    ],
    ["an API key for SendGrid", settingsOf("acme", { provider: SENDGRID }, { apiKey: note("sendgrid") }), "ready"],
  ])("is, with %s, %s", (_, stored, state) => {
    expect(credentialState(stored)).toBe(state);
  });
});

describe("the settings in force", () => {
  const within = (...all: StoredMailSettings[]) => {
    const byScope = new Map<Scope, StoredMailSettings>(all.map((stored) => [stored.settings.scope, stored]));
    return (scope: string) => effectiveSettings(scopeOf(scope), (at) => byScope.get(at))?.settings.scope;
  };

  test("are the scope's own, or the nearest ancestor's", () => {
    const inForceAt = within(settingsOf("system"), settingsOf("acme"), settingsOf("acme.eng"));

    expect(inForceAt("acme.eng")).toBe("acme.eng");
    expect(inForceAt("acme.eng.payments")).toBe("acme.eng");
    expect(inForceAt("acme.sales")).toBe("acme");
    expect(inForceAt("globex")).toBe("system");
    expect(inForceAt("system")).toBe("system");
  });

  test("pass over settings that are kept in mode inherit", () => {
    const inForceAt = within(settingsOf("system"), settingsOf("acme", { mode: "inherit" }));

    expect(inForceAt("acme.eng")).toBe("system");
  });

  test("are none when nobody up to system has any", () => {
    expect(within()("acme.eng")).toBeUndefined();
    expect(within(settingsOf("acme.eng"))("acme")).toBeUndefined();
    expect(within(settingsOf("system", { mode: "inherit" }))("acme")).toBeUndefined();
  });

  test("are those of the first scope of the chain that has its own", () => {
    const scopes = chainOf(scopeOf("acme.eng.payments"));
    const modes = fc.array(fc.constantFrom("none", "own", "inherit"), { minLength: 4, maxLength: 4 });

    fc.assert(
      fc.property(modes, (chosen) => {
        const inForceAt = within(
          ...scopes.flatMap((scope, index) => {
            const mode = chosen[index];
            return mode === "own" || mode === "inherit" ? [settingsOf(scope, { mode })] : [];
          }),
        );

        expect(inForceAt("acme.eng.payments")).toBe(scopes[chosen.indexOf("own")]);
      }),
    );
  });
});
