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
        maxConnections: 5,
      },
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
    { title: "a read-only field", body: { ...smtp(), version: 1 }, issue: "version: is read-only: leave it out" },
    {
      title: "a later field",
      body: { ...smtp(), fallback: [] },
      issue: "fallback: is not supported by this version: leave it out",
    },
    {
      title: "a later field of the provider",
      body: smtp({ proxy: {} }),
      issue: "provider.proxy: is not supported by this version: leave it out",
    },
    {
      title: "OAuth",
      body: smtp({ auth: { type: "oauth2" } }),
      issue: 'provider.auth.type: must have type "none" or "password" (this version has no OAuth 2.0)',
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
