import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bindingOf,
  credentialState,
  effectiveSettings,
  type ProviderSettings,
  type SmtpSettings,
  type StoredMailSettings,
  secretKindOf,
} from "../../shared/domain/mail-settings.ts";
import { chainOf, type Scope } from "../../shared/domain/scope.ts";
import { NOW, scopeOf, settingsOf, smtpTo } from "../fakes/builders.ts";

const LOGIN = smtpTo("smtp.acme.example", { auth: { type: "password", username: "ci" } });
const OPEN_RELAY = smtpTo("relay.acme.example");
const SENDGRID: ProviderSettings = { kind: "sendgrid", region: "global", url: "/v3/mail/send" };

const note = (binding: string) => ({ versionId: "v1", updatedAt: NOW.toISOString(), binding });

describe("the secret a provider needs", () => {
  test.each<[string, ProviderSettings, string | undefined]>([
    ["an SMTP server with login", LOGIN, "password"],
    ["an SMTP server without login", OPEN_RELAY, undefined],
    ["SendGrid", SENDGRID, "apiKey"],
  ])("is, for %s", (_, provider, kind) => {
    expect(secretKindOf(provider)).toBe(kind);
  });
});

describe("the binding of a secret", () => {
  test.each<[string, ProviderSettings]>([
    ["host", { ...LOGIN, host: "smtp.evil.example" }],
    ["port", { ...LOGIN, port: 587 }],
    ["username", { ...LOGIN, auth: { type: "password", username: "root" } }],
    ["kind of provider", SENDGRID],
  ])("differs with the %s", (_, other) => {
    expect(bindingOf(other)).not.toBe(bindingOf(LOGIN));
  });

  test("stays when only things change that do not say where the secret goes", () => {
    const other: SmtpSettings = { ...LOGIN, timeoutMs: 1000, maxConnections: 1, minTlsVersion: "1.3" };

    expect(bindingOf(other)).toBe(bindingOf(LOGIN));
  });

  test("is equal only for the same host, port and user, whatever characters these hold", () => {
    const place = fc.tuple(fc.string(), fc.nat(65_535), fc.string());
    const bindingAt = ([host, port, username]: [string, number, string]) =>
      bindingOf(smtpTo(host, { port, auth: { type: "password", username } }));

    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(bindingAt(a) === bindingAt(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

describe("the state of the credentials", () => {
  test.each<[string, StoredMailSettings, string]>([
    ["a server without login", settingsOf("acme", { provider: OPEN_RELAY }), "not-needed"],
    ["no password", settingsOf("acme", { provider: LOGIN }), "credentials-required"],
    ["a fitting password", settingsOf("acme", { provider: LOGIN }, { password: note(bindingOf(LOGIN)) }), "ready"],
    [
      "a password for another host",
      settingsOf("acme", { provider: { ...LOGIN, host: "smtp.evil.example" } }, { password: note(bindingOf(LOGIN)) }),
      "credentials-required",
    ],
    [
      "an API key where a password is needed",
      settingsOf("acme", { provider: LOGIN }, { apiKey: note(bindingOf(LOGIN)) }),
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
