/** The configuration that a system's own document shows, in our body with that system's values and switches. */
export interface SeedExample {
  /** The system, and which of its examples. */
  readonly title: string;
  readonly body: {
    readonly from: object;
    readonly replyTo?: object;
    readonly provider: Readonly<Record<string, unknown>>;
  };
  /** What has to come of it: sender and the settings of the provider. */
  readonly expected: { readonly from: object; readonly replyTo: object | null; readonly provider: object };
}

const CI = { address: "ci@acme.example" };

const LOGIN = { type: "password", username: "ci@acme.example" };

const MAILBOX = { type: "oauth2", username: "ci@acme.example", clientId: "client" };

/** Where a document says less than a form needs (`<your.relay.server.com>`), the host is `smtp.acme.example`. */
export const SEED_EXAMPLES: readonly SeedExample[] = [
  {
    title: "Harness, Step 2: port 25 with STARTTLS",
    body: {
      from: CI,
      provider: { kind: "smtp", host: "smtp.acme.example", port: 25, useSSL: false, startTLS: true, auth: LOGIN },
    },
    expected: {
      from: CI,
      replyTo: null,
      provider: { host: "smtp.acme.example", port: 25, security: "starttls", auth: LOGIN },
    },
  },
  {
    title: "Harness, Step 2: Enable SSL",
    body: {
      from: CI,
      provider: { kind: "smtp", host: "smtp.acme.example", port: 465, useSSL: true, startTLS: false, auth: LOGIN },
    },
    expected: {
      from: CI,
      replyTo: null,
      provider: { host: "smtp.acme.example", port: 465, security: "implicit", auth: LOGIN },
    },
  },
  {
    title: "PingOne, default port, sender and reply-to",
    body: {
      from: { name: "Acme", ...CI },
      replyTo: { name: "Help desk", address: "help@acme.example" },
      provider: { kind: "smtp", host: "smtp.acme.example", protocol: "SMTPS", auth: LOGIN },
    },
    expected: {
      from: { name: "Acme", ...CI },
      replyTo: { name: "Help desk", address: "help@acme.example" },
      provider: { host: "smtp.acme.example", port: 465, security: "implicit", auth: LOGIN },
    },
  },
  {
    title: "PingOne, port 587 as a text",
    body: {
      from: { name: "Acme", ...CI },
      replyTo: { name: "", address: "" },
      provider: { kind: "smtp", host: "smtp.acme.example", port: "587", protocol: "SMTP", auth: LOGIN },
    },
    expected: {
      from: { name: "Acme", ...CI },
      replyTo: null,
      provider: { host: "smtp.acme.example", port: 587, security: "starttls", auth: LOGIN },
    },
  },
  {
    title: "Aqueduct, Gmail",
    body: { from: CI, provider: { kind: "smtp", host: "smtp.gmail.com", port: 587, auth: LOGIN } },
    expected: {
      from: CI,
      replyTo: null,
      provider: { host: "smtp.gmail.com", port: 587, security: "starttls", auth: LOGIN },
    },
  },
  {
    title: "Aqueduct, Microsoft Exchange",
    body: { from: CI, provider: { kind: "smtp", host: "smtp.office365.com", port: 587, auth: LOGIN } },
    expected: {
      from: CI,
      replyTo: null,
      provider: { host: "smtp.office365.com", port: 587, security: "starttls", auth: LOGIN },
    },
  },
  {
    title: "ThingsBoard, SendGrid",
    body: {
      from: CI,
      provider: {
        kind: "smtp",
        preset: "sendgrid",
        protocol: "smtps",
        enableTls: true,
        timeoutMs: 10_000,
        minTlsVersion: "1.2",
        auth: { type: "password", username: "apikey" },
      },
    },
    expected: {
      from: CI,
      replyTo: null,
      provider: {
        host: "smtp.sendgrid.net",
        port: 465,
        security: "implicit",
        timeoutMs: 10_000,
        minTlsVersion: "1.2",
        auth: { type: "password", username: "apikey" },
      },
    },
  },
  {
    title: "ThingsBoard, Gmail with an app password",
    body: { from: CI, provider: { kind: "smtp", preset: "gmail", protocol: "smtps", enableTls: true, auth: LOGIN } },
    expected: {
      from: CI,
      replyTo: null,
      provider: { host: "smtp.gmail.com", port: 465, security: "implicit", auth: LOGIN },
    },
  },
  {
    title: "ThingsBoard, Gmail with OAuth 2.0",
    body: {
      from: CI,
      provider: {
        kind: "smtp",
        preset: "gmail",
        protocol: "smtps",
        enableTls: true,
        auth: { ...MAILBOX, issuer: "google" },
      },
    },
    expected: {
      from: CI,
      replyTo: null,
      provider: {
        host: "smtp.gmail.com",
        port: 465,
        security: "implicit",
        auth: { ...MAILBOX, issuer: "google", grant: "authorization_code", directoryId: null },
      },
    },
  },
  {
    title: "ThingsBoard, Office 365 with OAuth 2.0",
    body: {
      from: CI,
      provider: {
        kind: "smtp",
        preset: "office365",
        protocol: "smtp",
        enableTls: true,
        auth: { ...MAILBOX, issuer: "microsoft", directoryId: "acme.onmicrosoft.com" },
      },
    },
    expected: {
      from: CI,
      replyTo: null,
      provider: {
        host: "smtp.office365.com",
        port: 587,
        security: "starttls",
        auth: {
          ...MAILBOX,
          issuer: "microsoft",
          grant: "authorization_code",
          directoryId: "acme.onmicrosoft.com",
        },
      },
    },
  },
  {
    title: "CodeStream, SendGrid",
    body: { from: CI, provider: { kind: "sendgrid", url: "/v3/mail/send" } },
    expected: { from: CI, replyTo: null, provider: { kind: "sendgrid", region: "global", url: "/v3/mail/send" } },
  },
  {
    title: "CodeStream, Gmail by NodeMailer",
    body: {
      from: CI,
      provider: { kind: "smtp", preset: "gmail", host: "smtp.gmail.com", port: "587", secure: true, auth: LOGIN },
    },
    expected: {
      from: CI,
      replyTo: null,
      provider: { host: "smtp.gmail.com", port: 587, security: "starttls", auth: LOGIN },
    },
  },
  {
    title: "CodeStream, secure relay",
    body: { from: CI, provider: { kind: "smtp", host: "smtp.acme.example", port: "587", secure: true } },
    expected: {
      from: CI,
      replyTo: null,
      provider: { host: "smtp.acme.example", port: 587, security: "starttls", auth: { type: "none" } },
    },
  },
  {
    title: "CodeStream, insecure relay",
    body: { from: CI, provider: { kind: "smtp", host: "smtp.acme.example", port: "25", secure: false } },
    expected: {
      from: CI,
      replyTo: null,
      provider: { host: "smtp.acme.example", port: 25, security: "opportunistic", auth: { type: "none" } },
    },
  },
];
