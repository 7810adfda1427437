import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProviderSettings } from "../../shared/domain/mail-settings.ts";
import { parseScope, type Scope } from "../../shared/domain/scope.ts";
import type { Provider, ProviderSecrets, Providers } from "../../shared/flow/provider-ports.ts";
import { createProviders } from "../../shared/providers/registry.ts";
import { type Relay, startRelay } from "../fakes/relay.ts";
import { type SendGridServer, startSendGrid } from "../fakes/sendgrid-server.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { guardFor, smtpSettings } from "./smtp-harness.ts";

let relay: Relay;
let sendGrid: SendGridServer;

beforeAll(async () => {
  [relay, sendGrid] = await Promise.all([startRelay({ security: "none" }), startSendGrid()]);
});

afterAll(() => Promise.all([relay.stop(), sendGrid.stop()]));

const scope = (text: string): Scope => {
  const parsed = parseScope(text);
  if (parsed === undefined) throw new Error(`${text} is no scope`);
  return parsed;
};

const SENDGRID = { kind: "sendgrid", region: "global", url: "/v3/mail/send" } as const;

const registry = (): Providers =>
  createProviders({ guard: guardFor(relay.port), sendgridBaseUrl: sendGrid.url, requestTimeoutMs: 10_000 });

const open = (
  providers: Providers,
  {
    at = "acme",
    settings = smtpSettings(relay.port),
    secrets = { login: "secret" },
  }: { readonly at?: string; readonly settings?: ProviderSettings; readonly secrets?: ProviderSecrets } = {},
): Provider => providers.open(scope(at), settings, secrets);

describe("the registry of providers", () => {
  test("keeps a provider for the same scope, settings and secrets, whoever hands out access tokens", () => {
    const providers = registry();

    const first = open(providers, { secrets: { login: "secret", accessToken: () => Promise.reject(new Error()) } });
    const second = open(providers, { secrets: { login: "secret", accessToken: () => Promise.reject(new Error()) } });

    expect(second).toBe(first);
  });

  test("opens another one for another secret, other provider settings or another scope", () => {
    const providers = registry();

    const opened = [
      open(providers),
      open(providers, { secrets: { login: "rotated" } }),
      open(providers, { secrets: {} }),
      open(providers, { secrets: { login: "secret", proxyPassword: "other" } }),
      open(providers, { secrets: { login: "secret", tokenIdentity: "another mailbox" } }),
      open(providers, { settings: smtpSettings(relay.port, { maxConnections: 1 }) }),
      open(providers, { at: "globex" }),
      open(providers, { settings: SENDGRID }),
    ];

    expect(new Set(opened).size).toBe(opened.length);
    expect(opened.map(({ kind }) => kind)).toEqual([...Array(7).fill("smtp"), "sendgrid"]);
  });

  test("closes the provider unused for longest when it has fifty others, and no other", async () => {
    const providers = registry();
    const closed: string[] = [];
    const openAt = (name: string) => ({ name, provider: open(providers, { at: name }) });
    const watched = ["first", "second"].map((name) => {
      const { provider } = openAt(name);
      const close = provider.close.bind(provider);
      provider.close = () => {
        closed.push(name);
        close();
      };
      return { name, provider };
    });
    for (let other = 0; other < 48; other += 1) openAt(`other-${other}`);
    openAt("first");

    openAt("one-too-many");

    expect(closed).toEqual(["second"]);
    expect(openAt("first").provider).toBe(watched[0]?.provider);
    expect(openAt("second").provider).not.toBe(watched[1]?.provider);
  });

  test("opens what sends: over SMTP, and through SendGrid at the operator's base URL with the secret as key", async () => {
    const providers = registry();

    const outcomes = [
      await open(providers, { secrets: {} }).send(aMail(), noDeadline()),
      await open(providers, { settings: SENDGRID, secrets: { login: "SG.key" } }).send(aMail(), noDeadline()),
    ];

    expect(outcomes).toMatchObject([{ kind: "accepted" }, { kind: "accepted", code: 202 }]);
    expect(relay.mails).toHaveLength(1);
    expect(sendGrid.calls).toMatchObject([{ apiKey: "SG.key", path: "/v3/mail/send" }]);
  });
});
