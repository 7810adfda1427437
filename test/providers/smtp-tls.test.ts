import { beforeAll, describe, expect, test } from "vitest";
import { expectNoSecret } from "../contract/provider-suite.ts";
import { type Certificate, makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { AS_MAILER, HOST, LOGIN, providerFor, relayWith } from "./smtp-harness.ts";

let authority: Certificate;
let certificate: Certificate;

beforeAll(async () => {
  authority = await makeAuthority();
  certificate = await makeCertificate({ hosts: [HOST], authority });
});

describe("a server's certificate", () => {
  const outcomeWith = async (options: {
    readonly security: "implicit" | "starttls";
    readonly server: Certificate;
    readonly caPem: string | null;
  }) => {
    const relay = await relayWith({ security: options.security, certificate: options.server, login: LOGIN });
    const settings = { security: options.security, caPem: options.caPem, auth: AS_MAILER };
    const outcome = await providerFor(relay.port, settings, LOGIN.password).send(aMail(), noDeadline());
    return { outcome, mails: relay.mails };
  };

  describe.each(["implicit", "starttls"] as const)("with security %s", (security) => {
    test("from a private authority is accepted when caPem names that authority", async () => {
      const { outcome } = await outcomeWith({ security, server: certificate, caPem: authority.cert });

      expect(outcome).toMatchObject({ kind: "accepted" });
    });

    test("that is self-signed is accepted when it is itself the caPem", async () => {
      const server = await makeCertificate({ hosts: [HOST] });

      const { outcome } = await outcomeWith({ security, server, caPem: server.cert });

      expect(outcome).toMatchObject({ kind: "accepted" });
    });

    test.each([
      {
        title: "is self-signed",
        make: () => makeCertificate({ hosts: [HOST] }),
        caPem: false,
        reason: "certificate-self-signed",
      },
      {
        title: "comes from an unknown authority",
        make: async () => certificate,
        caPem: false,
        reason: "certificate-untrusted",
      },
      {
        title: "has expired",
        make: () => makeCertificate({ hosts: [HOST], authority, expired: true }),
        caPem: true,
        reason: "certificate-expired",
      },
      {
        title: "is for another name",
        make: () => makeCertificate({ hosts: ["other.example"], authority }),
        caPem: true,
        reason: "certificate-wrong-name",
      },
    ])("that $title is refused before anything is said", async ({ make, caPem, reason }) => {
      const server = await make();

      const { outcome, mails } = await outcomeWith({ security, server, caPem: caPem ? authority.cert : null });

      expect(outcome).toMatchObject({
        class: "config",
        reason,
        phase: "tls",
      });
      expectNoSecret(outcome, LOGIN.password);
      expect(mails).toHaveLength(0);
    });
  });

  test("for an address is checked against the address", async () => {
    const right = await makeCertificate({ hosts: ["127.0.0.1"], authority });
    const sendTo = async (server: Certificate) => {
      const relay = await relayWith({ security: "implicit", certificate: server });
      const settings = { host: "127.0.0.1", security: "implicit", caPem: authority.cert } as const;
      return providerFor(relay.port, settings).send(aMail(), noDeadline());
    };

    const outcomes = [await sendTo(right), await sendTo(certificate)];

    expect(outcomes).toMatchObject([{ kind: "accepted" }, { class: "config", reason: "certificate-wrong-name" }]);
  });
});

describe("TLS", () => {
  test("is never given up when the settings demand it and the server does not offer it", async () => {
    const relay = await relayWith({ security: "none", login: LOGIN });
    const settings = { security: "starttls", auth: AS_MAILER } as const;

    const outcome = await providerFor(relay.port, settings, LOGIN.password).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "tls-not-offered", phase: "tls" });
    expect(relay.mails).toHaveLength(0);
  });

  test("of a version older than minTlsVersion is refused", async () => {
    const relay = await relayWith({ security: "implicit", certificate, server: { maxVersion: "TLSv1.2" } });
    const sendWith = (minTlsVersion: "1.2" | "1.3") =>
      providerFor(relay.port, { security: "implicit", caPem: authority.cert, minTlsVersion }).send(
        aMail(),
        noDeadline(),
      );

    const outcomes = [await sendWith("1.2"), await sendWith("1.3")];

    expect(outcomes).toMatchObject([
      { kind: "accepted" },
      { class: "config", reason: "tls-too-old", phase: "tls", text: expect.stringContaining("minTlsVersion") },
    ]);
  });

  test("from the first byte with a server that starts in clear text is a matter of configuration", async () => {
    const relay = await relayWith({ security: "starttls", certificate });

    const outcome = await providerFor(relay.port, { security: "implicit" }).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "tls-expected-later", phase: "tls" });
  });
});
