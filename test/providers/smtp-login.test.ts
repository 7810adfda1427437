import { beforeAll, describe, expect, test } from "vitest";
import { expectNoSecret } from "../contract/provider-suite.ts";
import { type Certificate, makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import type { RelayOptions } from "../fakes/relay.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { AS_MAILER, HOST, LOGIN, providerFor, refusal, relayWith } from "./smtp-harness.ts";

let authority: Certificate;
let certificate: Certificate;

beforeAll(async () => {
  authority = await makeAuthority();
  certificate = await makeCertificate({ hosts: [HOST], authority });
});

describe("a login", () => {
  test("with a wrong password is refused as a matter of configuration, and the password is not repeated", async () => {
    const relay = await relayWith({
      security: "starttls",
      certificate,
      login: LOGIN,
      server: {
        onAuth: ({ password }, _session, done) => done(refusal(535, `5.7.8 no, not with "${password}"`)),
      },
    });
    const settings = { security: "starttls", caPem: authority.cert, auth: AS_MAILER } as const;

    const outcome = await providerFor(relay.port, settings, "hunter2-wrong").send(aMail(), noDeadline());

    expect(outcome).toMatchObject({
      class: "config",
      reason: "login-refused",
      phase: "auth",
      code: 535,
      enhancedCode: "5.7.8",
      text: expect.stringContaining("***"),
    });
    expectNoSecret(outcome, "hunter2-wrong");
  });

  test("that the server puts off is tried again later", async () => {
    const onAuth: NonNullable<RelayOptions["server"]>["onAuth"] = (_auth, _session, done) =>
      done(refusal(454, "4.7.0 Temporary authentication failure"));
    const relay = await relayWith({ security: "none", login: LOGIN, server: { onAuth } });

    const outcome = await providerFor(relay.port, { auth: AS_MAILER }, "p").send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "transient", reason: "server-unavailable", phase: "auth", code: 454 });
  });

  test("that the server does not offer is a matter of configuration, and no mail goes out without it", async () => {
    const relay = await relayWith({ security: "none" });

    const outcome = await providerFor(relay.port, { auth: AS_MAILER }, "p").send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "login-not-offered", phase: "auth" });
    expect(relay.mails).toHaveLength(0);
  });

  test("that the server demands and the settings lack is a matter of configuration", async () => {
    const relay = await relayWith({ security: "none", login: LOGIN });

    const outcome = await providerFor(relay.port).send(aMail(), noDeadline());

    expect(outcome).toMatchObject({ class: "config", reason: "login-refused", code: 530 });
  });
});
