import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { describeProvider, expectNoSecret, type ProviderUnderTest, type Treatment } from "../contract/provider-suite.ts";
import { type Certificate, makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import { type Relay, type RelayOptions, startRelay } from "../fakes/relay.ts";
import type { Provider } from "../../shared/flow/ports.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { HOST, readMail, smtpProvider } from "./smtp-harness.ts";

const LOGIN = { username: "mailer", password: "correct horse battery staple" };
const AS_MAILER = { type: "password", username: LOGIN.username } as const;

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

/** An `smtp-server` that treats mails as a test wants. */
const startSmtpUnderTest = async (): Promise<ProviderUnderTest> => {
  let treatment: Treatment = "accept";
  let onMail = () => {};
  const sockets = new Map<string, () => void>();
  const authority = await makeAuthority();
  const relay = await startRelay({
    security: "starttls",
    certificate: await makeCertificate({ hosts: [HOST], authority }),
    login: LOGIN,
    server: {
      onRcptTo: (_address, _session, done) => {
        if (treatment === "permanent") done(refusal(550, `5.1.1 no such user, said ${LOGIN.password}`));
        else if (treatment === "transient") done(refusal(451, `4.3.0 later, said ${LOGIN.password}`));
        else if (treatment === "config") done(refusal(530, `5.7.0 log in first, ${LOGIN.password}`));
        else done();
      },
      onData: (stream, session, done) => {
        buffer(stream).then((raw) => {
          onMail();
          if (treatment === "hang-up") sockets.get(session.id)?.();
          if (treatment !== "accept") return;
          mails.push({ raw, to: session.envelope.rcptTo.map(({ address }) => address) });
          done(null, "queued as 4711");
        }, done);
      },
    },
  });
  const mails: { readonly raw: Buffer; readonly to: readonly string[] }[] = [];
  relay.onConnection((id, hangUp) => sockets.set(id, hangUp));
  const provider = smtpProvider(
    relay.port,
    { security: "starttls", caPem: authority.cert, auth: AS_MAILER },
    LOGIN.password,
  );
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
