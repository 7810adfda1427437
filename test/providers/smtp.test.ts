import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { describeProvider, type ProviderUnderTest, type Treatment } from "../contract/provider-suite.ts";
import { type Certificate, makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import { startRelay } from "../fakes/relay.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { AS_MAILER, HOST, LOGIN, providerFor, readMail, refusal, relayWith, smtpProvider } from "./smtp-harness.ts";

let authority: Certificate;
let certificate: Certificate;

beforeAll(async () => {
  authority = await makeAuthority();
  certificate = await makeCertificate({ hosts: [HOST], authority });
});

/** How the relay of the contract suite refuses; it repeats the password, as unfriendly as a server can be. */
const REFUSALS: Partial<Record<Treatment, Error>> = {
  permanent: refusal(550, `5.1.1 no such user, ${LOGIN.password}`),
  transient: refusal(451, `4.3.0 not now, ${LOGIN.password}`),
  config: refusal(530, `5.7.0 log in first, ${LOGIN.password}`),
};

const startSmtpUnderTest = async (): Promise<ProviderUnderTest> => {
  const mails: { readonly raw: Buffer; readonly to: readonly string[] }[] = [];
  let treatment: Treatment = "accept";
  let onMail = () => {};
  const relay = await startRelay({
    security: "starttls",
    certificate,
    login: LOGIN,
    server: {
      onRcptTo: (_address, _session, done) => done(REFUSALS[treatment]),
      onData: (stream, session, done) => {
        buffer(stream).then((raw) => {
          onMail();
          if (treatment === "hang-up") relay.hangUp();
          if (treatment !== "accept") return;
          mails.push({ raw, to: session.envelope.rcptTo.map(({ address }) => address) });
          done(null, "queued as 4711");
        }, done);
      },
    },
  });
  const settings = { security: "starttls", caPem: authority.cert, auth: AS_MAILER } as const;
  const provider = smtpProvider(relay.port, settings, LOGIN.password);
  return {
    provider,
    secret: LOGIN.password,
    treat: (next) => {
      treatment = next;
    },
    handedOver: () =>
      new Promise((resolve) => {
        onMail = resolve;
      }),
    arrived: () => Promise.all(mails.map(({ raw, to }) => readMail(raw, to))),
    stop: async () => {
      provider.close();
      await relay.stop();
    },
  };
};

describeProvider("SMTP", startSmtpUnderTest);

describe("an SMTP connection", () => {
  test.each([
    { security: "implicit", secure: true },
    { security: "starttls", secure: true },
    { security: "none", secure: false },
  ] as const)("with security $security and a login delivers, encrypted: $secure", async ({ security, secure }) => {
    const relay = await relayWith({ security, certificate, login: LOGIN });
    const provider = providerFor(relay.port, { security, caPem: authority.cert, auth: AS_MAILER }, LOGIN.password);

    const outcome = await provider.send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ kind: "accepted", code: 250 });
    expect(relay.mails).toMatchObject([
      { from: "ci@acme.example", to: ["ada@globex.example"], secure, login: `mailer:${LOGIN.password}` },
    ]);
  });

  test.each([
    { offered: "starttls", secure: true },
    { offered: "none", secure: false },
  ] as const)(
    "with opportunistic security is encrypted ($secure) as the server offers",
    async ({ offered, secure }) => {
      const relay = await relayWith({ security: offered, certificate });
      const provider = providerFor(relay.port, { security: "opportunistic", caPem: authority.cert });

      await provider.send(aMail(), noDeadline());

      expect(relay.mails).toMatchObject([{ secure }]);
    },
  );

  test("is used again for the next mail", async () => {
    const relay = await relayWith({ security: "implicit", certificate });
    const provider = providerFor(relay.port, { security: "implicit", caPem: authority.cert });

    for (let sent = 0; sent < 5; sent += 1) await provider.send(aMail(), noDeadline());

    expect(relay.mails).toHaveLength(5);
    expect(relay.connections()).toBe(1);
  });

  test("is one of at most maxConnections, however many mails come at once", async () => {
    const relay = await relayWith({ security: "none" });
    const provider = providerFor(relay.port, { maxConnections: 3 });

    const outcomes = await Promise.all(Array.from({ length: 30 }, () => provider.send(aMail(), noDeadline())));

    expect(outcomes.every(({ kind }) => kind === "accepted")).toBe(true);
    expect(relay.mails).toHaveLength(30);
    expect(relay.connections()).toBe(3);
  });

  test("that the server dropped while idle is replaced, and the mail goes out", async () => {
    const relay = await relayWith({ security: "none" });
    const provider = providerFor(relay.port);
    await provider.send(aMail(), noDeadline());

    relay.hangUp();

    expect(await provider.send(aMail(), noDeadline())).toMatchObject({ kind: "accepted" });
    expect(relay.mails).toHaveLength(2);
  });

  test("announces the mail's size, and a server's limit is a permanent refusal", async () => {
    const relay = await relayWith({ security: "none", server: { size: 1000 } });
    const provider = providerFor(relay.port);

    const outcome = await provider.send(aMail({ text: "long ".repeat(1000) }), noDeadline());

    expect(outcome).toMatchObject({ class: "permanent", reason: "message-too-large", phase: "sender" });
    expect(relay.mails).toHaveLength(0);
  });
});

describe("a target", () => {
  test("that the operator does not allow is refused without a connection", async () => {
    const relay = await relayWith({ security: "none" });
    const other = await relayWith({ security: "none" });
    const provider = providerFor(relay.port, { port: other.port });

    const outcome = await provider.send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "target-refused", phase: "dns" });
    expect(other.connections()).toBe(0);
  });

  test("that nobody listens at is tried again later", async () => {
    const relay = await startRelay({ security: "none" });
    await relay.stop();

    const outcome = await providerFor(relay.port).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "transient", reason: "connection-refused", phase: "connect" });
  });
});
