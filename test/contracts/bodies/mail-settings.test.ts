import { generate } from "selfsigned";
import { describe, expect, test } from "vitest";
import { mailSettingsBody } from "../../../shared/contracts/bodies/mail-settings.ts";
import { parseBody } from "../../../shared/contracts/parse-body.ts";
import { issuesOf } from "../issues-of.ts";

const smtp = (parts: object = {}) => ({
  from: { name: "Acme CI", address: "ci@acme.example" },
  provider: { kind: "smtp", host: "smtp.acme.example", ...parts },
});

const sendgrid = (parts: object = {}) => ({
  from: { address: "ci@acme.example" },
  provider: { kind: "sendgrid", ...parts },
});

const parse = (body: unknown) => parseBody(mailSettingsBody, body);

describe("mail settings body", () => {
  test("fills in what an SMTP server needs besides its host", () => {
    const settings = parse(smtp());

    expect(settings).toEqual({
      name: "Mail",
      mode: "own",
      from: { name: "Acme CI", address: "ci@acme.example" },
      replyTo: null,
      provider: {
        kind: "smtp",
        preset: "custom",
        host: "smtp.acme.example",
        port: 465,
        security: "implicit",
        minTlsVersion: "1.2",
        caPem: null,
        timeoutMs: 10_000,
        auth: { type: "none" },
        proxy: null,
        maxConnections: 5,
        maxPerMinute: null,
      },
      fallback: [],
      onAmbiguous: "retry",
    });
  });

  test("fills in what SendGrid needs", () => {
    const settings = parse(sendgrid());

    expect(settings.provider).toEqual({ kind: "sendgrid", region: "global", url: "/v3/mail/send" });
  });

  test.each([
    { preset: "gmail", host: "smtp.gmail.com", port: 465, security: "implicit" },
    { preset: "office365", host: "smtp.office365.com", port: 587, security: "starttls" },
    { preset: "sendgrid", host: "smtp.sendgrid.net", port: 465, security: "implicit" },
    { preset: "postmark", host: "smtp.postmarkapp.com", port: 587, security: "starttls" },
  ])("takes host, port and security of $preset from its preset", ({ preset, host, port, security }) => {
    const settings = parse({ ...smtp(), provider: { kind: "smtp", preset } });

    expect(settings.provider).toMatchObject({ preset, host, port, security });
  });

  test.each(["custom", "ses", "mailgun"])("asks for the host of %s", (preset) => {
    const issues = issuesOf(mailSettingsBody, { ...smtp(), provider: { kind: "smtp", preset } });

    expect(issues).toEqual([`provider.host: is required: the preset "${preset}" cannot tell it`]);
  });

  test("lets what is given win over the preset", () => {
    const settings = parse(smtp({ preset: "gmail", port: 587 }));

    expect(settings.provider).toMatchObject({ host: "smtp.acme.example", port: 587, security: "starttls" });
  });

  test.each([
    { given: 587, port: 587, security: "starttls" },
    { given: "465", port: 465, security: "implicit" },
    { given: "2525", port: 2525, security: "starttls" },
  ])("reads the port $given", ({ given, port, security }) => {
    const settings = parse(smtp({ port: given }));

    expect(settings.provider).toMatchObject({ port, security });
  });

  test.each([0, -1, 65_536, 1.5, "0", "65536", "x", "", " 465", "4e2", null, [], true, "99999999"])(
    "refuses the port %j",
    (port) => {
      const issues = issuesOf(mailSettingsBody, smtp({ port }));

      expect(issues).toHaveLength(1);
      expect(issues[0]).toMatch(/^provider\.port: must be/);
    },
  );

  test("normalises addresses and the host", () => {
    const settings = parse({
      ...smtp({ host: "SMTP.Bücher.example" }),
      from: { name: " Acme CI ", address: " ci@ACME.example " },
      replyTo: { address: "help@Acme.example" },
    });

    expect(settings).toMatchObject({
      from: { name: "Acme CI", address: "ci@acme.example" },
      replyTo: { address: "help@acme.example" },
      provider: { host: "smtp.xn--bcher-kva.example" },
    });
  });

  test.each([null, undefined, { name: "", address: "" }, { address: "" }])(
    "takes the reply-to %j for none",
    (replyTo) => {
      const settings = parse({ ...smtp(), replyTo });

      expect(settings.replyTo).toBeNull();
    },
  );

  test("drops an empty name before an address", () => {
    const settings = parse({ ...smtp(), from: { name: "", address: "ci@acme.example" } });

    expect(settings.from).toEqual({ address: "ci@acme.example" });
  });

  test.each([
    { title: "no sender", body: { provider: { kind: "sendgrid" } }, issue: "from: is required and must be an object" },
    {
      title: "no provider",
      body: { from: { address: "a@b.example" } },
      issue: "provider: is required and must be an object",
    },
    {
      title: "an unknown provider",
      body: { ...smtp(), provider: { kind: "pigeon" } },
      issue: 'provider.kind: must be "smtp" or "sendgrid"',
    },
    {
      title: "a sender with a line break",
      body: { ...smtp(), from: { name: "Acme\r\nBcc: x", address: "a@b.example" } },
      issue: "from.name: must be one line without control characters",
    },
    {
      title: "an ill-formed sender",
      body: { ...smtp(), from: { address: "ci" } },
      issue: 'from.address: must have exactly one "@", such as "ada@example.org"',
    },
    {
      title: "a reply-to with a name only",
      body: { ...smtp(), replyTo: { name: "Help", address: "" } },
      issue: 'replyTo.address: must have exactly one "@", such as "ada@example.org"',
    },
    { title: "an unknown field", body: { ...smtp(), fromm: 1 }, issue: "fromm: is not a known field: leave it out" },
    {
      title: "a secret where only its state is shown",
      body: { ...smtp(), credentials: { password: "c4n4ry" } },
      issue: "credentials.password: is no place for a secret: PUT it to mail-settings/credentials",
    },
    {
      title: "an unknown field of the provider",
      body: smtp({ service: "gmail" }),
      issue: "provider.service: is not a known field: leave it out",
    },
    {
      title: "an unknown login",
      body: smtp({ auth: { type: "ntlm" } }),
      issue: 'provider.auth.type: must be "none" or "password" or "oauth2"',
    },
    {
      title: "a login without a name",
      body: smtp({ auth: { type: "password" } }),
      issue: "provider.auth.username: is required and must be a text",
    },
    {
      title: "an old TLS version",
      body: smtp({ minTlsVersion: "1.0" }),
      issue: 'provider.minTlsVersion: must be "1.2" or "1.3"',
    },
    { title: "a short timeout", body: smtp({ timeoutMs: 999 }), issue: "provider.timeoutMs: must be at least 1000" },
    {
      title: "too many connections",
      body: smtp({ maxConnections: 51 }),
      issue: "provider.maxConnections: must be at most 50",
    },
    {
      title: "a path that is a URL",
      body: sendgrid({ url: "https://evil.example/v3" }),
      issue: 'provider.url: must be a path such as "/v3/mail/send", without host or query',
    },
    {
      title: "a path that names a host",
      body: sendgrid({ url: "//evil.example/v3" }),
      issue: 'provider.url: must be a path such as "/v3/mail/send", without host or query',
    },
    {
      title: "a path that climbs",
      body: sendgrid({ url: "/v3/../x" }),
      issue: 'provider.url: must be a path such as "/v3/mail/send", without host or query',
    },
    {
      title: "an unknown region",
      body: sendgrid({ region: "us" }),
      issue: 'provider.region: must be "global" or "eu"',
    },
    {
      title: "no mails a minute",
      body: smtp({ maxPerMinute: 0 }),
      issue: "provider.maxPerMinute: must be at least 1",
    },
    {
      title: "too many mails a minute",
      body: smtp({ maxPerMinute: 100_001 }),
      issue: "provider.maxPerMinute: must be at most 100000",
    },
    {
      title: "a fallback that is no list",
      body: { ...smtp(), fallback: {} },
      issue: "fallback: must be a list",
    },
    {
      title: "a fallback that is no provider",
      body: { ...smtp(), fallback: [{ kind: "sendgrid" }, { kind: "smtp", preset: "custom" }] },
      issue: 'fallback[1].host: is required: the preset "custom" cannot tell it',
    },
    { title: "a text", body: "smtp", issue: ": must be an object" },
    { title: "null", body: null, issue: ": must be an object" },
  ])("refuses $title with the field and what would be right", ({ body, issue }) => {
    const issues = issuesOf(mailSettingsBody, body);

    expect(issues).toEqual([issue]);
  });

  test("takes certificates to trust, one or more", async () => {
    const { cert } = await generate([{ name: "commonName", value: "smtp.acme.example" }]);

    const settings = parse(smtp({ caPem: `${cert}\n${cert}` }));

    expect(settings.provider).toMatchObject({ caPem: `${cert}\n${cert}` });
  });

  test("refuses a private key among the certificates, and does not repeat it", () => {
    const caPem = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----";

    const issues = issuesOf(mailSettingsBody, smtp({ caPem }));

    expect(issues[0]).toMatch(/^provider\.caPem: must be certificates in PEM form/);
    expect(issues.join()).not.toContain("hunter2");
  });

  test("refuses a certificate that cannot be read", () => {
    const caPem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";

    const issues = issuesOf(mailSettingsBody, smtp({ caPem }));

    expect(issues).toEqual(["provider.caPem: must hold certificates that can be read"]);
  });

  test("names everything that is wrong at once", () => {
    const issues = issuesOf(mailSettingsBody, {
      mode: "none",
      from: {},
      provider: { kind: "smtp", host: "a b", port: 0 },
    });

    expect(issues.map((issue) => issue.split(":")[0])).toEqual([
      "mode",
      "from.address",
      "provider.host",
      "provider.port",
    ]);
  });
});

const WITH_PASSWORD = { kind: "smtp", host: "smtp.acme.example", auth: { type: "password", username: "ci" } };
const OPEN_RELAY = { kind: "smtp", host: "relay.acme.example", port: 25 };
const OF_GOOGLE = {
  kind: "smtp",
  preset: "gmail",
  auth: { type: "oauth2", username: "ci@acme.example", issuer: "google", clientId: "client" },
};
const BY_PROXY = {
  ...OPEN_RELAY,
  proxy: { url: "http://proxy.acme.example:3128", username: "p" },
};

const withProviders = (provider: object, ...fallback: object[]) => ({
  from: { address: "ci@a.example" },
  provider,
  fallback,
});

describe("fallback providers", () => {
  test("are filled in like the provider, and keep their order", () => {
    const settings = parse(withProviders(WITH_PASSWORD, { kind: "sendgrid", region: "eu" }, OPEN_RELAY));

    expect(settings.fallback).toMatchObject([
      { kind: "sendgrid", region: "eu", url: "/v3/mail/send" },
      { kind: "smtp", host: "relay.acme.example", port: 25, security: "starttls", proxy: null },
    ]);
  });

  test("may be as many as need no secret, up to three", () => {
    const three = issuesOf(mailSettingsBody, withProviders(OPEN_RELAY, OPEN_RELAY, OPEN_RELAY, OPEN_RELAY));
    const four = issuesOf(mailSettingsBody, withProviders(OPEN_RELAY, OPEN_RELAY, OPEN_RELAY, OPEN_RELAY, OPEN_RELAY));

    expect(three).toEqual([]);
    expect(four).toEqual(["fallback: must have at most 3 items"]);
  });

  test.each([
    {
      title: "a second password",
      body: withProviders(WITH_PASSWORD, { ...WITH_PASSWORD, host: "other.acme.example" }),
      issue: "fallback[0]: needs a secret that provider has already: a scope holds one password",
    },
    {
      title: "a second API key, among the fallbacks",
      body: withProviders(OPEN_RELAY, { kind: "sendgrid" }, { kind: "sendgrid", region: "eu" }),
      issue: "fallback[1]: needs a secret that fallback[0] has already: a scope holds one apiKey",
    },
    {
      title: "a second proxy login",
      body: withProviders(BY_PROXY, { ...BY_PROXY, host: "other.acme.example" }),
      issue: "fallback[0]: needs a secret that provider has already: a scope holds one proxyPassword",
    },
    {
      title: "a second mailbox, whatever its grant",
      body: withProviders(OF_GOOGLE, { ...OF_GOOGLE, auth: { ...OF_GOOGLE.auth, grant: "service_account" } }),
      issue: "fallback[0]: needs a secret that provider has already: a scope holds one OAuth 2.0 login",
    },
  ])("are refused with $title", ({ body, issue }) => {
    const issues = issuesOf(mailSettingsBody, body);

    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(issue);
  });
});

describe("what answers add to mail settings", () => {
  test("is ignored when it is sent back", () => {
    const read = {
      ...smtp(),
      scope: "acme",
      version: 3,
      updatedAt: "2026-11-20T12:00:00.000Z",
      updatedBy: "ada",
      protocol: "SMTPS",
      credentials: { password: { set: true, updatedAt: null, usable: false } },
      credentialState: "credentials-required",
      credentialHint: null,
      oauth: null,
      lastTest: null,
      inheritedFrom: null,
      reason: "",
      origins: {},
    };

    expect(parse(read)).toEqual(parse(smtp()));
  });
});
