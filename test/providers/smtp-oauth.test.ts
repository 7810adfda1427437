import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { AccessTokenAnswer } from "../../shared/contracts/access-token.ts";
import type { SmtpSettings } from "../../shared/domain/mail-settings.ts";
import type { OAuth2Login } from "../../shared/domain/oauth-login.ts";
import type { Provider } from "../../shared/flow/provider-ports.ts";
import { createEgressGuard, type EgressGuard } from "../../shared/providers/egress.ts";
import { createSmtpProvider } from "../../shared/providers/smtp.ts";
import { expectNoSecret } from "../contract/provider-suite.ts";
import { type Certificate, makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import type { RelayOptions } from "../fakes/relay.ts";
import { startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { guardFor, HOST, relayWith, smtpSettings } from "./smtp-harness.ts";

const MAILBOX = "ci@acme.example";
const TOKEN = "ya29.an-access-token";

let authority: Certificate;
let certificate: Certificate;

beforeAll(async () => {
  authority = await makeAuthority();
  certificate = await makeCertificate({ hosts: [HOST], authority });
});

const LOGIN: OAuth2Login = {
  type: "oauth2",
  username: MAILBOX,
  issuer: "google",
  grant: "authorization_code",
  clientId: "client",
  directoryId: null,
};

const tokenIs = (accessToken: string): AccessTokenAnswer => ({
  ok: true,
  accessToken,
  expiresAt: "2026-11-20T13:00:00Z",
});

/** A provider that logs in as the mailbox; `asked` counts how often it wanted a token. */
const oauthProvider = (
  port: number,
  accessToken: () => Promise<AccessTokenAnswer> = async () => tokenIs(TOKEN),
  security: "starttls" | "none" = "starttls",
  guard: EgressGuard = guardFor(port),
): Provider & { readonly asked: () => number } => {
  let asked = 0;
  const provider = createSmtpProvider({
    settings: smtpSettings(port, {
      security,
      caPem: authority.cert,
      auth: LOGIN,
    }),
    secrets: {
      accessToken: () => {
        asked += 1;
        return accessToken();
      },
    },
    guard,
  });
  onTestFinished(() => provider.close());
  return { ...provider, asked: () => asked };
};

/** A server that knows one mailbox by one token, and explains a refusal in a challenge as Google does. */
const tokenRelay = (server: RelayOptions["server"] = {}) =>
  relayWith({
    security: "starttls",
    certificate,
    login: { username: MAILBOX, password: "not used" },
    server: {
      authMethods: ["XOAUTH2", "PLAIN"],
      onAuth: ({ method, username, accessToken }, _session, done) => {
        if (method === "XOAUTH2" && username === MAILBOX && accessToken === TOKEN) return done(null, { user: MAILBOX });
        return done(null, { data: { status: "401", schemes: "bearer", scope: "https://mail.google.com/" } });
      },
      ...server,
    },
  });

describe("a login with an access token", () => {
  test("is XOAUTH2, whatever else the server offers", async () => {
    const relay = await tokenRelay();

    const outcome = await oauthProvider(relay.port).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ kind: "accepted" });
    expect(relay.mails).toMatchObject([{ login: MAILBOX, secure: true }]);
  });

  test("is not even prepared for a host that is not the issuer's, unless the operator allows it", async () => {
    const guard = createEgressGuard({ allowedTargets: [], resolve: async () => ["203.0.114.1"] });
    const provider = oauthProvider(465, undefined, "starttls", guard);

    const outcome = await provider.send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "target-refused", phase: "dns" });
    expect(provider.asked()).toBe(0);
  });

  test.each<[string, Partial<SmtpSettings>]>([
    ["in clear text", { security: "none" }],
    ["perhaps in clear text", { security: "opportunistic" }],
    ["to whom only the settings' own authority vouches for", { security: "starttls", caPem: "a certificate" }],
  ])("is not shown to the issuer's host %s: a proxy could play its part", async (_, changes) => {
    const asked: string[] = [];
    const provider = createSmtpProvider({
      settings: { ...smtpSettings(587), host: "smtp.gmail.com", auth: LOGIN, caPem: null, ...changes },
      secrets: {
        accessToken: async () => {
          asked.push("once");
          return tokenIs(TOKEN);
        },
      },
      guard: createEgressGuard({ allowedTargets: [], resolve: async () => ["203.0.114.1"] }),
    });

    const outcome = await provider.send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "target-refused", phase: "dns" });
    expect(asked).toEqual([]);
  });

  test("asks for a token once per connection", async () => {
    const relay = await tokenRelay();
    const provider = oauthProvider(relay.port);

    for (let sent = 0; sent < 3; sent += 1) await provider.send(aMail(), noDeadline());

    expect(relay.mails).toHaveLength(3);
    expect(provider.asked()).toBe(1);
  });

  test("that the server refuses, after a challenge, says so and does not repeat the token", async () => {
    const relay = await tokenRelay();

    const outcome = await oauthProvider(relay.port, async () => tokenIs("revoked-token")).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "oauth-refused", phase: "auth", code: 535 });
    expectNoSecret(outcome, "revoked-token");
  });

  test("that the server repeats in its refusal is blotted out, in every form it was said in", async () => {
    const said = Buffer.from(`user=${MAILBOX}\u0001auth=Bearer ${TOKEN}\u0001\u0001`).toString("base64");
    const server = await startScriptedSmtp({
      EHLO: "250-scripted.example\r\n250 AUTH XOAUTH2",
      AUTH: `535 5.7.8 not ${TOKEN} and not ${said}`,
    });
    onTestFinished(() => server.stop());

    const outcome = await oauthProvider(server.port, undefined, "none").send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ reason: "oauth-refused", text: "535 5.7.8 not *** and not ***" });
  });

  test("is not tried where the server does not offer it", async () => {
    const relay = await tokenRelay({ authMethods: ["PLAIN", "LOGIN"] });

    const outcome = await oauthProvider(relay.port).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "login-not-offered", phase: "auth" });
  });

  test.each([
    { reason: "oauth-not-connected", expected: "config" },
    { reason: "oauth-refused", expected: "config" },
    { reason: "oauth-unavailable", expected: "transient" },
  ] as const)("without a token fails as $expected: $reason", async ({ reason, expected }) => {
    const relay = await tokenRelay();
    const noToken = async (): Promise<AccessTokenAnswer> => ({ ok: false, reason, message: "No token." });

    const outcome = await oauthProvider(relay.port, noToken).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: expected, reason, phase: "auth", code: null, text: "No token." });
  });

  test("is given up at the deadline when the token never comes", async () => {
    const relay = await tokenRelay();
    const deadline = new AbortController();
    const provider = oauthProvider(relay.port, () => {
      deadline.abort();
      return new Promise(() => {});
    });

    const outcome = await provider.send(aMail(), deadline.signal);

    expect(outcome).toMatchObject({ class: "transient", reason: "timeout", phase: "auth" });
  });
});
