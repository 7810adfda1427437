import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MailSettings, StoredMailSettings } from "../../shared/domain/mail-settings.ts";
import { parseScope, type Scope } from "../../shared/domain/scope.ts";
import type { Providers } from "../../shared/flow/ports.ts";
import { createProviders } from "../../shared/providers/registry.ts";
import { type Relay, startRelay } from "../fakes/relay.ts";
import { type SendGridServer, startSendGrid } from "../fakes/sendgrid-server.ts";
import { address, aMail, noDeadline } from "./outgoing-mail.ts";
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

const stored = (changes: Partial<MailSettings> = {}): StoredMailSettings => ({
  settings: {
    scope: scope("acme"),
    name: "Mail",
    mode: "own",
    from: { address: address("ci@acme.example") },
    replyTo: null,
    provider: smtpSettings(relay.port),
    onAmbiguous: "retry",
    ...changes,
  },
  secrets: {},
});

const SENDGRID = { kind: "sendgrid", region: "global", url: "/v3/mail/send" } as const;

const registry = (): Providers =>
  createProviders({ guard: guardFor(relay.port), sendgridBaseUrl: sendGrid.url, requestTimeoutMs: 10_000 });

describe("the registry of providers", () => {
  test("keeps a provider for the same settings and secret, whatever else changed", () => {
    const providers = registry();

    const first = providers.open(stored(), "secret");
    const second = providers.open(
      stored({ name: "Renamed", from: { address: address("other@acme.example") } }),
      "secret",
    );

    expect(second).toBe(first);
  });

  test("opens another one for another secret, other provider settings or another scope", () => {
    const providers = registry();

    const opened = [
      providers.open(stored(), "secret"),
      providers.open(stored(), "rotated"),
      providers.open(stored(), undefined),
      providers.open(stored({ provider: smtpSettings(relay.port, { maxConnections: 1 }) }), "secret"),
      providers.open(stored({ scope: scope("globex") }), "secret"),
      providers.open(stored({ provider: SENDGRID }), "secret"),
    ];

    expect(new Set(opened).size).toBe(opened.length);
    expect(opened.map(({ kind }) => kind)).toEqual(["smtp", "smtp", "smtp", "smtp", "smtp", "sendgrid"]);
  });

  test("closes the provider unused for longest when it has fifty others, and no other", async () => {
    const providers = registry();
    const closed: string[] = [];
    const open = (name: string) => {
      const provider = providers.open(stored({ scope: scope(name) }), "secret");
      return { name, provider };
    };
    const watched = ["first", "second"].map((name) => {
      const { provider } = open(name);
      const close = provider.close.bind(provider);
      provider.close = () => {
        closed.push(name);
        close();
      };
      return { name, provider };
    });
    for (let other = 0; other < 48; other += 1) open(`other-${other}`);
    open("first");

    open("one-too-many");

    expect(closed).toEqual(["second"]);
    expect(open("first").provider).toBe(watched[0]?.provider);
    expect(open("second").provider).not.toBe(watched[1]?.provider);
  });

  test("opens what sends: over SMTP, and through SendGrid at the operator's base URL with the secret as key", async () => {
    const providers = registry();

    const outcomes = [
      await providers.open(stored(), undefined).send(aMail(), noDeadline()),
      await providers.open(stored({ provider: SENDGRID }), "SG.key").send(aMail(), noDeadline()),
    ];

    expect(outcomes).toMatchObject([{ kind: "accepted" }, { kind: "accepted", code: 202 }]);
    expect(relay.mails).toHaveLength(1);
    expect(sendGrid.calls).toMatchObject([{ apiKey: "SG.key", path: "/v3/mail/send" }]);
  });
});
